using System.Diagnostics;
using System.Globalization;
using ActorCron.Persistence.MongoDb;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Benchmarks;

/// <summary>The MongoDB journal against the same server's plain <c>InsertMany</c>: 16 writers store batches of single
/// events through the journal; then 16 tasks insert the very documents that came of it, in batches of the same size, into
/// collections with the same indexes and write concern. The rounds alternate; medians are compared.</summary>
public static class MongoBenchmark
{
    private const int Writers = 16;
    private const int BatchSize = 100;
    private const int Target = 60;

    /// <summary>Arguments: the server's URL without a database (else <c>ACTORCRON_TEST_MONGODB</c>), then events a writer
    /// (default 5000), then rounds (default 5). Returns 0 when the journal reaches 60 % of the plain rate, 1 when not,
    /// 2 without a server.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var server = args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("ACTORCRON_TEST_MONGODB");
        if (string.IsNullOrEmpty(server))
        {
            await Console.Error.WriteLineAsync("Give a server's URL, or set ACTORCRON_TEST_MONGODB: mongodb://127.0.0.1:27017");
            return 2;
        }

        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5000;
        var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 5;
        var (journal, plain) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (journalRate, plainRate) = await RoundAsync(server, events);
            if (round == 0)
                continue; // Warm-up.
            journal.Add(journalRate);
            plain.Add(plainRate);
            Console.WriteLine($"round {round}: journal {journalRate,8:0} events/s, InsertMany {plainRate,8:0} documents/s");
        }

        var share = 100 * Median(journal) / Median(plain);
        Console.WriteLine(
            $"{Writers} writers, batches of {BatchSize}: journal {Median(journal):0} events/s, InsertMany {Median(plain):0} " +
            $"documents/s: {share:0} % (target {Target} %)");
        return share >= Target ? 0 : 1;
    }

    private static async Task<(double Journal, double Plain)> RoundAsync(string server, int events)
    {
        var name = $"actorcron_bench_{Guid.NewGuid():N}";
        var url = new MongoUrlBuilder(server) { DatabaseName = name }.ToString();
        using var client = new MongoClient(url);
        var database = client.GetDatabase(name, new MongoDatabaseSettings { WriteConcern = WriteConcern.WMajority });
        try
        {
            var journal = await JournalAsync(url, events);
            var documents = await database.GetCollection<BsonDocument>("EventJournal").Find(FilterDefinition<BsonDocument>.Empty)
                .Sort(Builders<BsonDocument>.Sort.Ascending("Ordering")).ToListAsync();
            if (documents.Count != Writers * events)
                throw new InvalidOperationException($"{documents.Count} documents were stored instead of {Writers * events}.");
            return (journal, await PlainAsync(database.GetCollection<BsonDocument>("Plain"), documents));
        }
        finally
        {
            await client.DropDatabaseAsync(name);
        }
    }

    private static async Task<double> JournalAsync(string url, int events)
    {
        var config = ConfigurationFactory.ParseString($"akka.loglevel = WARNING\nakka.persistence.journal.mongodb.connection-string = \"{url}\"")
            .WithFallback(MongoDbPersistence.DefaultConfiguration());
        using var system = ActorSystem.Create("bench", config);
        var journal = Akka.Persistence.Persistence.Instance.Apply(system).JournalFor(MongoJournalSettings.DefaultPath);
        await journal.Ask<RecoverySuccess>(
            asker => new ReplayMessages(0, long.MaxValue, long.MaxValue, "warm", asker), TimeSpan.FromMinutes(1), CancellationToken.None);

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            system.ActorOf(Props.Create(() => new Writer(journal, $"writer-{writer}", events, done)));
            return done.Task;
        }));
        watch.Stop();
        await system.Terminate();
        return Writers * events / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> PlainAsync(IMongoCollection<BsonDocument> plain, List<BsonDocument> documents)
    {
        var keys = Builders<BsonDocument>.IndexKeys;
        await plain.Indexes.CreateManyAsync(
        [
            new(keys.Ascending("PersistenceId").Descending("SequenceNr")),
            new(keys.Ascending("Ordering")),
            new(keys.Ascending("Tags").Ascending("Ordering")),
        ]);
        var ofWriters = documents.GroupBy(document => document["PersistenceId"].AsString)
            .Select(one => one.Chunk(BatchSize).ToList()).ToList();

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(ofWriters.Select(async batches =>
        {
            foreach (var batch in batches)
                await plain.InsertManyAsync(batch);
        }));
        return documents.Count / watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Sends the next batch when the last one is stored, as a persistent actor does.</summary>
    private sealed class Writer : ReceiveActor
    {
        private readonly IActorRef _journal;
        private readonly string _id;
        private readonly int _events;
        private long _sent;
        private int _outstanding;

        public Writer(IActorRef journal, string id, int events, TaskCompletionSource done)
        {
            (_journal, _id, _events) = (journal, id, events);
            Receive<WriteMessagesSuccessful>(_ => { });
            Receive<WriteMessageSuccess>(_ =>
            {
                if (--_outstanding > 0)
                    return;
                if (_sent == _events)
                    done.SetResult();
                else
                    SendBatch();
            });
            ReceiveAny(other => done.TrySetException(new InvalidOperationException(other.ToString())));
            SendBatch();
        }

        private void SendBatch()
        {
            var count = (int)Math.Min(BatchSize, _events - _sent);
            var writes = Enumerable.Range(0, count).Select(i => _sent + i + 1).Select(sequenceNr =>
                new AtomicWrite(new Persistent($"run {sequenceNr} of {_id} has been accepted", sequenceNr, _id, "", false, ActorRefs.NoSender, _id)));
            _outstanding = count;
            _sent += count;
            _journal.Tell(new WriteMessages(writes.ToList(), Self, 1));
        }
    }
}
