using System.Text;
using ActorCron.Core.Runs;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>Reads pages: the newest rows of each range that a query names, merged.</summary>
internal static class MongoRunPages
{
    public const char Store = 'm';

    private static readonly BsonDocument NewestFirst = new() { { "scheduledFor", -1 }, { "_id", -1 } };
    private static readonly BsonDocument Fields = new() { { "scheduledFor", 1 }, { "body", 1 }, { "hasOutput", 1 } };

    public static async Task<RunPage> ReadAsync(MongoRunStore store, RunQuery query, CancellationToken cancellationToken)
    {
        RunRange.CheckLimit(query);
        var times = Times(query);
        var found = new List<BsonDocument>();
        foreach (var range in await MongoRanges.OfAsync(store, query, cancellationToken))
        {
            var options = new FindOptions { Hint = range.Index };
            found.AddRange(await store.Runs.Find(new BsonDocument(range.Match).AddRange(times), options)
                .Sort(NewestFirst).Limit(query.Limit + 1).Project(Fields).ToListAsync(cancellationToken));
        }

        var page = found.OrderByDescending(run => run["scheduledFor"].AsInt64).ThenByDescending(run => run["_id"]).Take(query.Limit).ToList();
        var outputs = query.WithOutput ? await OutputsAsync(store, [.. page.Where(run => run["hasOutput"].AsBoolean).Select(run => run["_id"])], cancellationToken) : [];
        return new(
            [.. page.Select(run => RunJson.Read(run["body"].AsString, outputs.GetValueOrDefault(run["_id"])))],
            found.Count > query.Limit ? RunCursor.Write(Store, page[^1]["scheduledFor"].AsInt64, Encoding.UTF8.GetBytes(page[^1]["_id"].AsString)) : null);
    }

    /// <summary>The outputs of the runs that have one.</summary>
    public static async Task<Dictionary<BsonValue, string>> OutputsAsync(MongoRunStore store, IReadOnlyList<BsonValue> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        var outputs = await store.Outputs.Find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)))).ToListAsync(cancellationToken);
        return outputs.ToDictionary(output => output["_id"], output => Encoding.UTF8.GetString(output["output"].AsByteArray));
    }

    private static BsonDocument Times(RunQuery query)
    {
        var (scheduledFor, times) = (new BsonDocument(), new BsonDocument());
        if (query.From is { } from) scheduledFor["$gte"] = from.UtcTicks;
        if (query.To is { } to) scheduledFor["$lt"] = to.UtcTicks;
        if (query.After is { } after)
        {
            var (time, tie) = RunCursor.Read(Store, after);
            scheduledFor["$lte"] = time;
            times["$or"] = new BsonArray
            {
                new BsonDocument("scheduledFor", new BsonDocument("$lt", time)),
                new BsonDocument("_id", new BsonDocument("$lt", Encoding.UTF8.GetString(tie))),
            };
        }
        return scheduledFor.ElementCount == 0 ? times : times.Add("scheduledFor", scheduledFor);
    }
}
