namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>One running query. It remembers where it stands only when a read succeeds, so a failed read can be repeated.</summary>
internal interface IPageReader<T>
{
    /// <summary>The next events. Empty and not last: nothing new yet.</summary>
    Task<Page<T>> NextAsync(CancellationToken cancelled);
}
