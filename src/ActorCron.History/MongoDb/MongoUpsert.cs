using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>Writes a batch with one bulk write a collection, without transactions. The order makes a crash in between harmless:
/// what finds a run and its output is there before the run; and the same batch again completes it.</summary>
internal sealed class MongoUpsert(MongoRunStore store)
{
    private const int Remembered = 100_000;
    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public async Task WriteAsync(IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        await AnnounceAsync(rows, cancellationToken);
        await ReplaceAsync(store.Outputs, [.. rows.Where(row => row.Output is not null).Select(Output)], cancellationToken);
        var added = await ReplaceAsync(store.Runs, [.. rows.Select(Document)], cancellationToken);
        await CountAsync(rows.Where(row => added.Contains(row.Key)), cancellationToken);
    }

    /// <summary>Adds to the counts; a series that is not there yet comes into being.</summary>
    public async Task CountAsync(IEnumerable<(string Schedule, Lane Lane, int Runs)> counts, CancellationToken cancellationToken)
    {
        var updates = counts.Select(count => SeriesUpdate(count.Schedule, count.Lane, count.Runs)).ToList();
        if (updates.Count > 0) await store.Series.BulkWriteAsync(updates, Unordered, cancellationToken);
    }

    /// <summary>Forgets which lanes and series exist.</summary>
    public void Reset()
    {
        lock (_lock) _known.Clear();
    }

    private Task CountAsync(IEnumerable<RunRow> added, CancellationToken cancellationToken) =>
        CountAsync(added.Where(row => row.Schedule is not null).GroupBy(row => (row.Schedule, row.Lane)).Select(group => (group.Key.Schedule!, group.Key.Lane, group.Count())), cancellationToken);

    private async Task AnnounceAsync(IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        var lanes = New(rows.Select(row => row.Lane).Distinct(), LaneId);
        if (lanes.Count > 0) await store.Lanes.BulkWriteAsync(lanes.Select(lane => LaneUpdate(lane.Value)), Unordered, cancellationToken);
        var series = New(rows.Where(row => row.Schedule is not null).Select(row => (Schedule: row.Schedule!, row.Lane)).Distinct(), one => SeriesId(one.Schedule, one.Lane));
        if (series.Count > 0) await store.Series.BulkWriteAsync(series.Select(one => SeriesUpdate(one.Value.Schedule, one.Value.Lane, 0)), Unordered, cancellationToken);

        lock (_lock)
        {
            if (_known.Count > Remembered) _known.Clear();
            _known.UnionWith(lanes.Select(lane => lane.Key));
            _known.UnionWith(series.Select(one => one.Key));
        }
    }

    private List<(string Key, T Value)> New<T>(IEnumerable<T> values, Func<T, string> key)
    {
        lock (_lock) return [.. values.Select(value => (key(value), value)).Where(pair => !_known.Contains(pair.Item1))];
    }

    /// <summary>Writes documents where no higher or equal revision is stored; answers the keys that were not stored before.</summary>
    private static async Task<HashSet<string>> ReplaceAsync(IMongoCollection<BsonDocument> collection, IReadOnlyList<BsonDocument> documents, CancellationToken cancellationToken)
    {
        var added = new HashSet<string>(StringComparer.Ordinal);
        // A stored revision that is not lower shows as a duplicate key. So does losing a race against another writer's first
        // insert: the second try then finds a document to compare with.
        for (var attempt = 1; attempt <= 2 && documents.Count > 0; attempt++)
        {
            try
            {
                Note((await collection.BulkWriteAsync(documents.Select(Replace), Unordered, cancellationToken)).Upserts);
                break;
            }
            catch (MongoBulkWriteException<BsonDocument> e) when (e.WriteConcernError is null && e.WriteErrors.All(error => error.Category == ServerErrorCategory.DuplicateKey))
            {
                Note(e.Result.Upserts);
                documents = [.. e.WriteErrors.Select(error => documents[error.Index])];
            }
        }
        return added;

        void Note(IEnumerable<BulkWriteUpsert> upserts) => added.UnionWith(upserts.Select(upsert => upsert.Id.AsString));
    }

    private static ReplaceOneModel<BsonDocument> Replace(BsonDocument document) => new(
        new BsonDocument { { "_id", document["_id"] }, { "revision", new BsonDocument("$lt", document["revision"]) } }, document) { IsUpsert = true };

    private static BsonDocument Document(RunRow row)
    {
        var document = new BsonDocument
        {
            { "_id", row.Key }, { "user", row.Lane.User }, { "queue", row.Lane.Queue }, { "state", (int)row.State }, { "scheduledFor", row.ScheduledFor },
            { "revision", row.Revision }, { "hasOutput", row.Output is not null }, { "body", row.Body },
        };
        if (row.Schedule is not null) document["schedule"] = row.Schedule;
        if (row.Ended is { } ended) document["ended"] = ended;
        return document;
    }

    private static BsonDocument Output(RunRow row) =>
        new() { { "_id", row.Key }, { "revision", row.Revision }, { "output", new BsonBinaryData(Encoding.UTF8.GetBytes(row.Output!)) } };

    private static UpdateOneModel<BsonDocument> LaneUpdate(Lane lane) => new(
        new BsonDocument("_id", LaneId(lane)),
        new BsonDocument("$setOnInsert", new BsonDocument { { "user", lane.User }, { "queue", lane.Queue } })) { IsUpsert = true };

    private static UpdateOneModel<BsonDocument> SeriesUpdate(string schedule, Lane lane, int runs) => new(
        new BsonDocument("_id", SeriesId(schedule, lane)),
        new BsonDocument
        {
            { "$inc", new BsonDocument("runs", (long)runs) },
            { "$setOnInsert", new BsonDocument { { "schedule", schedule }, { "user", lane.User }, { "queue", lane.Queue } } },
        }) { IsUpsert = true };

    // Lengths keep names apart whatever they hold.
    private static string LaneId(Lane lane) => $"{lane.User.Length} {lane.User} {lane.Queue}";

    private static string SeriesId(string schedule, Lane lane) => $"{schedule.Length} {schedule} {LaneId(lane)}";
}
