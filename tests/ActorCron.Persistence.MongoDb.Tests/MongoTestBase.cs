using System.Collections.Immutable;
using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>An empty database, and actor systems over it that show what they send.</summary>
public abstract class MongoTestBase : IAsyncLifetime
{
    protected const int InstanceId = 1;

    private readonly List<TestKit> _kits = [];

    protected MongoStore Store { get; } = new();

    protected CommandLog Commands { get; } = new();

    protected TestKit Kit => _kits[0];

    protected ActorSystem Sys => Kit.Sys;

    protected IActorRef Journal => JournalOf(Kit);

    protected TestProbe Probe { get; private set; } = null!;

    protected virtual string Overrides => "";

    protected IMongoCollection<BsonDocument> Events => Store.Database.GetCollection<BsonDocument>("EventJournal");

    public virtual async Task InitializeAsync()
    {
        await Store.CreateAsync();
        Start(Store.Url, Overrides);
        Probe = Kit.CreateTestProbe();
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var kit in _kits)
        {
            await kit.Sys.Terminate();
            kit.Dispose();
        }

        await Store.DisposeAsync();
    }

    /// <summary>An actor system over a server's database; the first one is <see cref="Kit"/>.</summary>
    protected TestKit Start(string url, string overrides = "")
    {
        var client = MongoClientSettings.FromConnectionString(url);
        client.ServerSelectionTimeout = TimeSpan.FromSeconds(1);
        Commands.Attach(client);
        var database = new MongoUrl(url).DatabaseName;
        var config = ConfigurationFactory.ParseString(overrides).WithFallback(
            ConfigurationFactory.ParseString("akka.loglevel = INFO")).WithFallback(
            Store.Configuration(
                """
                event-adapters.colours = "ActorCron.Persistence.MongoDb.Tests.Conformance.ColourTagger, ActorCron.Persistence.MongoDb.Tests"
                event-adapter-bindings."System.String" = colours
                """));
        var kit = new TestKit(config, new MongoDbPersistenceSetup(database, client, database, client), "mongo");
        _kits.Add(kit);
        return kit;
    }

    protected static IActorRef JournalOf(TestKitBase kit) => Akka.Persistence.Persistence.Instance.Apply(kit.Sys).JournalFor(null);

    protected static Persistent Event(string id, long sequenceNr, object? payload = null) =>
        new(payload ?? $"{id}-{sequenceNr}", sequenceNr, id, "", isDeleted: false, sender: ActorRefs.NoSender, writerGuid: "w");

    /// <summary>Events persisted one by one.</summary>
    protected static AtomicWrite[] Singles(string id, long from, long to) =>
        [.. Range(from, to).Select(i => new AtomicWrite(Event(id, i)))];

    /// <summary>Events persisted together.</summary>
    protected static AtomicWrite Together(string id, long from, long to) =>
        new(Range(from, to).Select(i => (IPersistentRepresentation)Event(id, i)).ToImmutableList());

    /// <summary>Has the writes stored, and expects that they are.</summary>
    protected async Task WriteAsync(params AtomicWrite[] writes)
    {
        Journal.Tell(new WriteMessages(writes, Probe, InstanceId));
        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        foreach (var _ in writes.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload))
            await Probe.ExpectMsgAsync<WriteMessageSuccess>();
    }

    /// <summary>The sequence numbers of an id that a replay gives, and the highest one it reports.</summary>
    protected async Task<(IReadOnlyList<long> Events, long Highest)> ReplayAsync(string id, IActorRef? journal = null)
    {
        var receiver = Kit.CreateTestProbe();
        (journal ?? Journal).Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, id, receiver));
        var events = new List<long>();
        while (true)
        {
            switch (await receiver.ExpectMsgAsync<object>())
            {
                case ReplayedMessage replayed: events.Add(replayed.Persistent.SequenceNr); break;
                case RecoverySuccess success: return (events, success.HighestSequenceNr);
                case var other: throw new InvalidOperationException(other.ToString());
            }
        }
    }

    private static IEnumerable<long> Range(long from, long to) => Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i);
}
