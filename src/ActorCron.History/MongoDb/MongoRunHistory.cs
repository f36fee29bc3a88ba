using ActorCron.Core.Runs;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>The run history in MongoDB, in collections named <c>actorcron_…</c> of the connection string's database (<c>actorcron</c>
/// where it names none). Needs no transactions, so that a standalone server will do. Errors are <see cref="MongoException"/>s
/// and <see cref="TimeoutException"/>s; an operation ends after 10 s unless the connection string says otherwise.</summary>
public sealed class MongoRunHistory : IRunHistory, IAsyncDisposable
{
    private const int RowsAtOnce = 1000;

    private readonly MongoRunStore _store;
    private readonly MongoUpsert _upsert;

    /// <param name="connectionString"><c>mongodb://user:password@host:27017/database</c>.</param>
    /// <exception cref="ArgumentException">It is none; the message does not repeat it, since it may hold a password.</exception>
    public MongoRunHistory(string connectionString) : this(connectionString, _ => { })
    {
    }

    /// <summary>With a last word on the client's settings: what it sends can be watched.</summary>
    internal MongoRunHistory(string connectionString, Action<MongoClientSettings> configure)
    {
        _store = new(connectionString, configure);
        _upsert = new(_store);
    }

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await _store.CreateIndexesAsync(cancellationToken);
        _upsert.Reset();
    }

    public async Task UpsertAsync(IReadOnlyCollection<Run> runs, CancellationToken cancellationToken)
    {
        // A command is bounded in time, so it is bounded in size.
        foreach (var rows in RunRow.Newest(runs).Chunk(RowsAtOnce)) await _upsert.WriteAsync(rows, cancellationToken);
    }

    public async Task<Run?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await _store.Runs.Find(new BsonDocument("_id", StoredText.Key(runId))).FirstOrDefaultAsync(cancellationToken);
        if (run is null) return null;
        var outputs = run["hasOutput"].AsBoolean ? await MongoRunPages.OutputsAsync(_store, [run["_id"]], cancellationToken) : [];
        return RunJson.Read(run["body"].AsString, outputs.GetValueOrDefault(run["_id"]));
    }

    public async Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken)
    {
        var ids = new BsonDocument("$in", new BsonArray(runIds.Select(StoredText.Key)));
        var found = (await _store.Runs.Find(new BsonDocument("_id", ids)).Project(new BsonDocument("_id", 1)).ToListAsync(cancellationToken))
            .Select(run => run["_id"].AsString).ToHashSet(StringComparer.Ordinal);
        return runIds.Where(id => found.Contains(StoredText.Key(id))).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<string, PrunedSpan>> PrunedSpansAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellationToken)
    {
        var ids = new BsonDocument("$in", new BsonArray(schedules.Select(StoredText.Name)));
        var found = (await _store.Pruned.Find(new BsonDocument("_id", ids)).ToListAsync(cancellationToken))
            .ToDictionary(span => span["_id"].AsString, span => StoredText.Span(span["first"].AsInt64, span["last"].AsInt64), StringComparer.Ordinal);
        return StoredText.ByName(schedules, found);
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => MongoRunPages.ReadAsync(_store, StoredText.Of(query), cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken) =>
        RunPruning.PruneAsync(new MongoPruning(_store, _upsert), finishedBefore, perSchedule, keepAfter, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => _store.Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellationToken);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
