using ActorCron.Core.Runs;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>Names a run and where it is counted.</summary>
internal sealed record MongoRunKey(string Key, string? Schedule, Lane Lane);

/// <summary>Retention's questions to MongoDB.</summary>
internal sealed class MongoPruning(MongoRunStore store, MongoUpsert counts) : IPrunableRuns<MongoRunKey>
{
    private static readonly BsonDocument Fields = new()
    {
        { "schedule", 1 }, { "user", 1 }, { "queue", 1 }, { "state", 1 }, { "scheduledFor", 1 }, { "ended", 1 },
    };

    public async Task<IReadOnlyList<PrunableRun<MongoRunKey>>> EndedBeforeAsync(long ticks, int limit, CancellationToken cancellationToken) =>
        [.. (await store.Runs.Find(new BsonDocument("ended", new BsonDocument("$lt", ticks)), new FindOptions { Hint = "ended" })
            .Sort(new BsonDocument("ended", 1)).Limit(limit).Project(Fields).ToListAsync(cancellationToken)).Select(Run)];

    public async Task<IReadOnlyList<(string Schedule, long Excess)>> OverfullAsync(long runs, string after, int limit, CancellationToken cancellationToken)
    {
        var overfull = await store.Series.Aggregate()
            .Match(new BsonDocument("schedule", new BsonDocument("$gt", after)))
            .Group(new BsonDocument { { "_id", "$schedule" }, { "runs", new BsonDocument("$sum", "$runs") } })
            .Match(new BsonDocument("runs", new BsonDocument("$gt", runs)))
            .Sort(new BsonDocument("_id", 1)).Limit(limit).ToListAsync(cancellationToken);
        return [.. overfull.Select(one => (one["_id"].AsString, one["runs"].ToInt64() - runs))];
    }

    public async Task<IReadOnlyList<PrunableRun<MongoRunKey>>> OldestAsync(
        string schedule, PrunableRun<MongoRunKey>? after, int limit, CancellationToken cancellationToken)
    {
        var times = after is null ? [] : new BsonDocument
        {
            { "scheduledFor", new BsonDocument("$gte", after.ScheduledFor) },
            { "$or", new BsonArray
                {
                    new BsonDocument("scheduledFor", new BsonDocument("$gt", after.ScheduledFor)),
                    new BsonDocument("_id", new BsonDocument("$gt", after.Key.Key)),
                }
            },
        };
        var found = new List<BsonDocument>();
        foreach (var range in await MongoRanges.OfAsync(store, new RunQuery { Schedule = schedule }, cancellationToken))
            found.AddRange(await store.Runs.Find(new BsonDocument(range.Match).AddRange(times), new FindOptions { Hint = range.Index })
                .Sort(new BsonDocument { { "scheduledFor", 1 }, { "_id", 1 } }).Limit(limit).Project(Fields).ToListAsync(cancellationToken));
        return [.. found.OrderBy(run => run["scheduledFor"].AsInt64).ThenBy(run => run["_id"]).Take(limit)
            .Select(Run)];
    }

    public async Task NoteAsync(IReadOnlyDictionary<string, PrunedSpan> spans, CancellationToken cancellationToken)
    {
        var writes = spans.Select(span => new UpdateOneModel<BsonDocument>(new BsonDocument("_id", span.Key), new BsonDocument
        {
            { "$min", new BsonDocument("first", span.Value.First.UtcTicks) }, { "$max", new BsonDocument("last", span.Value.Last.UtcTicks) },
        }) { IsUpsert = true });
        await store.Pruned.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, cancellationToken);
    }

    public async Task<int> DeleteAsync(IReadOnlyList<MongoRunKey> runs, long endedBefore, CancellationToken cancellationToken)
    {
        // First the counts: a crash in between leaves them too low, which deletes nothing that should stay.
        await counts.CountAsync(Counts(runs, -1), cancellationToken);
        var ids = new BsonDocument("$in", new BsonArray(runs.Select(run => run.Key)));
        var deleted = await store.Runs.DeleteManyAsync(new BsonDocument { { "_id", ids }, { "ended", new BsonDocument("$lt", endedBefore) } }, cancellationToken);

        // A run that was tried again meanwhile has no end any more: it stays, with its output.
        var stayed = deleted.DeletedCount == runs.Count ? [] : await StayedAsync(ids, cancellationToken);
        await counts.CountAsync(Counts([.. runs.Where(run => stayed.Contains(run.Key))], 1), cancellationToken);
        await store.Outputs.DeleteManyAsync(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(runs.Select(run => run.Key).Except(stayed)))), cancellationToken);
        await ForgetEmptyAsync([.. runs.Where(run => run.Schedule is not null).Select(run => run.Schedule!).Distinct()], cancellationToken);
        return (int)deleted.DeletedCount;
    }

    private static IEnumerable<(string Schedule, Lane Lane, int Runs)> Counts(IReadOnlyList<MongoRunKey> runs, int sign) =>
        runs.Where(run => run.Schedule is not null).GroupBy(run => (run.Schedule, run.Lane)).Select(group => (group.Key.Schedule!, group.Key.Lane, sign * group.Count()));

    private async Task<HashSet<string>> StayedAsync(BsonDocument ids, CancellationToken cancellationToken) =>
        [.. (await store.Runs.Find(new BsonDocument("_id", ids)).Project(new BsonDocument("_id", 1)).ToListAsync(cancellationToken)).Select(run => run["_id"].AsString)];

    private async Task ForgetEmptyAsync(IReadOnlyList<string> schedules, CancellationToken cancellationToken)
    {
        var empty = await store.Series.Find(new BsonDocument
        {
            { "schedule", new BsonDocument("$in", new BsonArray(schedules)) }, { "runs", new BsonDocument("$lte", 0L) },
        }).ToListAsync(cancellationToken);
        if (empty.Count == 0) return;

        foreach (var series in empty)
        {
            var any = await store.Runs.Find(new BsonDocument { { "schedule", series["schedule"] }, { "user", series["user"] }, { "queue", series["queue"] } })
                .Limit(1).Project(new BsonDocument("_id", 1)).AnyAsync(cancellationToken);
            if (!any) await store.Series.DeleteOneAsync(new BsonDocument { { "_id", series["_id"] }, { "runs", new BsonDocument("$lte", 0L) } }, cancellationToken);
        }
        counts.Reset();
    }

    private static PrunableRun<MongoRunKey> Run(BsonDocument run)
    {
        var key = Key(run);
        return new(key, key.Key, key.Schedule, (RunState)run["state"].ToInt32(), run["scheduledFor"].AsInt64, run.TryGetValue("ended", out var ended) ? ended.AsInt64 : null);
    }

    private static MongoRunKey Key(BsonDocument run) =>
        new(run["_id"].AsString, run.TryGetValue("schedule", out var schedule) ? schedule.AsString : null, new Lane(run["user"].AsString, run["queue"].AsString));
}
