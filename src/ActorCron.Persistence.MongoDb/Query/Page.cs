namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>What one read of a query gave, and whether more can ever follow.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, bool IsLast)
{
    public static readonly Page<T> Empty = new([], IsLast: false);
    public static readonly Page<T> End = new([], IsLast: true);
}
