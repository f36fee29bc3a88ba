using ActorCron.Core.Runs;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>One part of a query that one index answers in the page's order.</summary>
/// <param name="Index">The index's name.</param>
/// <param name="Match">Equality on what stands before scheduled time in that index.</param>
internal sealed record MongoRange(string Index, BsonDocument Match);

/// <summary>Splits what a query asks into ranges that the server can merge without sorting.</summary>
internal static class MongoRanges
{
    // The server merges up to 200 ranges without a sort: 20 queues in 10 states.
    private const int QueuesAtOnce = 20;

    public static async Task<IReadOnlyList<MongoRange>> OfAsync(MongoRunStore store, RunQuery query, CancellationToken cancellationToken)
    {
        var states = new BsonDocument("$in", new BsonArray(RunRange.StatesOf(query).Select(state => (int)state)));
        if (query is { Schedule: null, User: null })
            return query.Queue is { } queue
                ? [new(MongoRunStore.ByQueue, new BsonDocument { { "queue", queue }, { "state", states } })]
                : [new(MongoRunStore.ByState, new BsonDocument("state", states))];

        var known = new BsonDocument();
        if (query.Schedule is { } schedule) known["schedule"] = schedule;
        if (query.User is { } user) known["user"] = user;
        if (query.Queue is { } only) known["queue"] = only;
        var lanes = await (query.Schedule is null ? store.Lanes : store.Series).Find(known)
            .Project(new BsonDocument { { "user", 1 }, { "queue", 1 } }).ToListAsync(cancellationToken);

        return [.. from lane in lanes
                   group lane["queue"] by lane["user"] into queues
                   from chunk in queues.Chunk(QueuesAtOnce)
                   select Range(query.Schedule, queues.Key, chunk, states)];
    }

    private static MongoRange Range(string? schedule, BsonValue user, BsonValue[] queues, BsonDocument states)
    {
        var match = new BsonDocument { { "user", user }, { "queue", new BsonDocument("$in", new BsonArray(queues)) }, { "state", states } };
        if (schedule is null) return new(MongoRunStore.ByUser, match);
        match["schedule"] = schedule;
        return new(MongoRunStore.BySchedule, match);
    }
}
