using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.History;

/// <summary>The five collections and their indexes. Each list filter has an index that ends in state, scheduled time and key, so that
/// the server merges one short range a state. Outputs stand apart: lists never touch them.</summary>
internal sealed class MongoRunStore : IDisposable
{
    public const string ByQueue = "queue";
    public const string BySchedule = "schedule";
    public const string ByState = "state";
    public const string ByUser = "user";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly MongoClient _client;

    /// <exception cref="ArgumentException">No connection string; the message does not repeat it, since it may hold a password.</exception>
    public MongoRunStore(string connectionString, Action<MongoClientSettings> configure)
    {
        var url = Parse(connectionString);
        var settings = MongoClientSettings.FromUrl(url);
        // The driver's own bounds go up to forever: what the connection string does not set is bound here.
        if (!Sets("socketTimeout")) settings.SocketTimeout = Bound;
        if (!Sets("connectTimeout")) settings.ConnectTimeout = Bound;
        if (!Sets("waitQueueTimeout")) settings.WaitQueueTimeout = Bound;
        if (!Sets("serverSelectionTimeout")) settings.ServerSelectionTimeout = Bound;
        settings.ApplicationName ??= "actorcron";
        configure(settings);
        _client = new MongoClient(settings);
        Database = _client.GetDatabase(url.DatabaseName ?? "actorcron");
        Runs = Database.GetCollection<BsonDocument>("actorcron_runs");
        Outputs = Database.GetCollection<BsonDocument>("actorcron_run_outputs");
        Lanes = Database.GetCollection<BsonDocument>("actorcron_lanes");
        Series = Database.GetCollection<BsonDocument>("actorcron_series");
        Pruned = Database.GetCollection<BsonDocument>("actorcron_pruned");

        bool Sets(string option) => connectionString.Contains(option, StringComparison.OrdinalIgnoreCase);
    }

    public IMongoDatabase Database { get; }

    /// <summary>A document a run: <c>_id</c> its <see cref="StoredText.Key"/>; <c>scheduledFor</c> and <c>ended</c> are UTC ticks.</summary>
    public IMongoCollection<BsonDocument> Runs { get; }

    /// <summary>A run's output as UTF-8 bytes, at the revision that brought it.</summary>
    public IMongoCollection<BsonDocument> Outputs { get; }

    /// <summary>Each pair of user and queue that has runs.</summary>
    public IMongoCollection<BsonDocument> Lanes { get; }

    /// <summary>Each schedule in each of its lanes, with how many runs it has there. Without transactions a crash may leave
    /// the count too low, never too high: retention then keeps a few runs more.</summary>
    public IMongoCollection<BsonDocument> Series { get; }

    /// <summary>Where executed runs have been removed: a document a schedule (<c>_id</c>), however many runs it had, with the UTC ticks of its
    /// <c>first</c> and <c>last</c>.</summary>
    public IMongoCollection<BsonDocument> Pruned { get; }

    /// <summary>Safe to repeat, and to run from several nodes at once.</summary>
    public async Task CreateIndexesAsync(CancellationToken cancellationToken)
    {
        var keys = Builders<BsonDocument>.IndexKeys;
        await Runs.Indexes.CreateManyAsync(
        [
            Index(BySchedule, "schedule", "user", "queue", "state", "scheduledFor", "_id"),
            Index(ByUser, "user", "queue", "state", "scheduledFor", "_id"),
            Index(ByQueue, "queue", "state", "scheduledFor", "_id"),
            Index(ByState, "state", "scheduledFor", "_id"),
            new(keys.Ascending("ended"), new CreateIndexOptions { Name = "ended", Sparse = true }),
        ], cancellationToken);
        await Series.Indexes.CreateManyAsync([Index("schedule", "schedule")], cancellationToken);
        await Lanes.Indexes.CreateManyAsync([Index("user", "user")], cancellationToken);

        CreateIndexModel<BsonDocument> Index(string name, params string[] fields) =>
            new(keys.Combine(fields.Select(field => keys.Ascending(field))), new CreateIndexOptions { Name = name });
    }

    public void Dispose() => _client.Dispose();

    private static MongoUrl Parse(string connectionString)
    {
        try
        {
            return MongoUrl.Create(connectionString);
        }
        catch (MongoConfigurationException)
        {
            // The inner exception quotes the whole string: it stays out.
            throw new ArgumentException("The MongoDB connection string is not valid: 'mongodb://user:password@host:27017/database' is right.", nameof(connectionString));
        }
    }
}
