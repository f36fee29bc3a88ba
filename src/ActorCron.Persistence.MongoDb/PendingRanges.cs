using MongoDB.Bson;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The announced ranges that this process has seen, and since when, by its own monotonic clock.</summary>
internal sealed class PendingRanges(TimeSpan abandonedAfter, TimeProvider clock)
{
    private readonly Dictionary<string, long> _firstSeen = [];

    /// <summary>The ids in an ordering document whose writer has had more time than a writer takes.</summary>
    public IReadOnlyList<string> Abandoned(BsonDocument ordering)
    {
        var pending = Of(ordering);
        foreach (var gone in _firstSeen.Keys.Where(id => !pending.Contains(id)).ToList())
            _firstSeen.Remove(gone);
        foreach (var id in pending.Names)
            _firstSeen.TryAdd(id, clock.GetTimestamp());
        return [.. pending.Names.Where(id => clock.GetElapsedTime(_firstSeen[id]) >= abandonedAfter)];
    }

    /// <summary>The highest number up to which every event is either stored or never will be.</summary>
    public static long Horizon(BsonDocument ordering, IReadOnlyCollection<string> abandoned) =>
        Of(ordering).Where(range => !abandoned.Contains(range.Name))
            .Select(range => range.Value.ToInt64())
            .Append(ordering[MongoDocuments.Value].ToInt64())
            .Min();

    private static BsonDocument Of(BsonDocument ordering) =>
        ordering.TryGetValue(MongoDocuments.Pending, out var value) && value is BsonDocument pending ? pending : [];
}
