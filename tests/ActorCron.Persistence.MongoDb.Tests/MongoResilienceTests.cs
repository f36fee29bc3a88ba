using ActorCron.Tests.Fixtures;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.TestKit;
using Akka.TestKit;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>A server that goes away and comes back, and one whose answers are lost on the way.</summary>
public class MongoResilienceTests : MongoTestBase
{
    private const string Secret = "s3cret-of-mongo";

    private FaultyProxy _proxy = null!;
    private TestKit _far = null!;
    private string _url = "";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var url = new MongoUrl(Store.Url);
        _proxy = new FaultyProxy(url.Server.Host, url.Server.Port);
        _url = new MongoUrlBuilder(Store.Url) { Server = new MongoServerAddress("127.0.0.1", _proxy.Port), DirectConnection = true }.ToString();
        _far = Start(_url, "akka.persistence.query.mongodb.refresh-interval = 200ms");
        await WriteFarAsync(Singles("first", 1, 1));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [MongoFact]
    public async Task A_write_outlasts_a_server_that_is_away_and_is_stored_once()
    {
        var log = Subscribe();
        _proxy.GoAway();
        JournalOf(_far).Tell(new WriteMessages(Singles("a", 1, 20), Probe, InstanceId));
        JournalOf(_far).Tell(new WriteMessages(Singles("b", 1, 20), Probe, InstanceId));
        var warning = await log.FishForMessageAsync<Warning>(_ => true);
        await Probe.ExpectNoMsgAsync(TimeSpan.FromSeconds(2));

        _proxy.ComeBack();

        await ExpectStoredAsync(20);
        await ExpectStoredAsync(20);
        Assert.Equal(20, (await ReplayAsync("a")).Events.Count);
        Assert.Contains($"127.0.0.1:{_proxy.Port}", warning.ToString(), StringComparison.Ordinal);
        await log.FishForMessageAsync<Info>(info => info.ToString().Contains("works again", StringComparison.Ordinal));
        Assert.False(log.HasMessages && await log.ExpectMsgAsync<LogEvent>() is Warning, "The outage was logged again.");
    }

    [MongoFact]
    public async Task A_write_whose_answer_was_lost_is_found_to_be_stored()
    {
        _proxy.LoseAnswerTo("insert", "EventJournal");

        await WriteFarAsync(Singles("a", 1, 20));

        Assert.Equal(1, _proxy.Lost);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_clash_is_still_a_clash_when_its_answer_was_lost()
    {
        await WriteFarAsync(Singles("a", 1, 2));
        _proxy.LoseAnswerTo("insert", "EventJournal");

        JournalOf(_far).Tell(new WriteMessages(Singles("a", 2, 3), Probe, InstanceId));

        Assert.IsType<SequenceNrTakenException>((await Probe.ExpectMsgAsync<WriteMessagesFailed>()).Cause);
        Assert.Equal(1, _proxy.Lost);
        Assert.Equal([1L, 2L], (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task Numbers_whose_answer_was_lost_are_given_once_and_leave_a_gap_at_most()
    {
        _proxy.LoseAnswerTo("findAndModify", "Ordering");

        await WriteFarAsync(Singles("a", 1, 5));

        var offsets = (await AllEventsAsync(_far)).Select(envelope => ((Sequence)envelope.Offset).Value).ToList();
        // A replica set with retryable writes answers the driver's second try as the first; a standalone server gives new numbers.
        long[][] right = [[1, 2, 3, 4, 5, 6], [1, 7, 8, 9, 10, 11]];
        Assert.Contains(right, numbers => numbers.SequenceEqual(offsets));
    }

    [MongoTheory]
    [InlineData("findAndModify", "Ordering")]
    [InlineData("insert", "EventJournal")]
    public async Task A_write_outlasts_a_change_of_the_primary(string command, string collection)
    {
        var stepDown = new BsonDocument { { "ok", 0 }, { "errmsg", "not primary" }, { "code", 10107 }, { "codeName", "NotWritablePrimary" } };
        _proxy.Answer(command, collection, stepDown.ToBson(), isExecuted: false);

        await WriteFarAsync(Singles("a", 1, 20));

        Assert.Equal(1, _proxy.Lost);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_write_that_no_majority_has_confirmed_yet_is_neither_a_success_nor_stored_twice()
    {
        var unconfirmed = new BsonDocument
        {
            { "n", 20 }, { "ok", 1 },
            { "writeConcernError", new BsonDocument { { "code", 64 }, { "codeName", "WriteConcernFailed" }, { "errmsg", "waiting for replication timed out" } } },
        };
        _proxy.Answer("insert", "EventJournal", unconfirmed.ToBson(), isExecuted: true);
        Commands.Clear();

        await WriteFarAsync(Singles("a", 1, 20));

        Assert.Equal(1, _proxy.Lost);
        Assert.Equal(20, (await ReplayAsync("a")).Events.Count);
        // It was told as stored only after a majority read had found it.
        var found = Commands.Named("find").First(sent => sent["find"] == "EventJournal" && sent["filter"].AsBsonDocument.Contains("Ordering"));
        Assert.Equal("majority", found["readConcern"]["level"]);
        Assert.Single(Commands.Named("insert"), sent => sent["insert"] == "EventJournal");
    }

    [MongoFact]
    public async Task Writers_outlast_a_connection_pool_that_is_exhausted()
    {
        var url = new MongoUrlBuilder(_url) { MaxConnectionPoolSize = 1, WaitQueueTimeout = TimeSpan.FromMilliseconds(5) };
        var narrow = Start(url.ToString(), "akka.persistence.journal.mongodb { write-parallelism = 8, write-batch-size = 50 }");
        var log = narrow.CreateTestProbe();
        narrow.Sys.EventStream.Subscribe(log, typeof(Warning));
        var writers = Enumerable.Range(0, 100).Select(i => $"writer-{i}").ToList();

        foreach (var writer in writers)
            JournalOf(narrow).Tell(new WriteMessages(Singles(writer, 1, 20), Probe, InstanceId));

        for (var i = 0; i < writers.Count * 21; i++)
        {
            var answer = await Probe.ExpectMsgAsync<object>();
            Assert.True(answer is WriteMessagesSuccessful or WriteMessageSuccess, $"{answer}");
        }

        Assert.Contains("connection", (await log.ExpectMsgAsync<Warning>()).ToString(), StringComparison.Ordinal);
        Assert.Equal(2000, await Events.CountDocumentsAsync(Builders<BsonDocument>.Filter.Regex("PersistenceId", "^writer-")));
    }

    [MongoFact]
    public async Task A_write_fails_with_the_reason_when_the_server_stays_away()
    {
        var impatient = Start(_url,
            "akka.persistence.journal.mongodb { call-timeout = 2s, abandoned-write-timeout = 4s }");
        JournalOf(impatient).Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, "a", Probe));
        await Probe.ExpectMsgAsync<RecoverySuccess>();
        _proxy.GoAway();

        JournalOf(impatient).Tell(new WriteMessages(Singles("a", 1, 1), Probe, InstanceId));

        var cause = (await Probe.ExpectMsgAsync<WriteMessagesFailed>()).Cause;
        Assert.IsType<TimeoutException>(cause);
        Assert.Contains("did not succeed within 2 s", cause.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{_proxy.Port}", cause.Message, StringComparison.Ordinal);
    }

    [MongoFact]
    public async Task A_write_that_waits_behind_others_fails_in_its_own_time_and_is_not_stored_later()
    {
        var impatient = Start(_url,
            "akka.persistence.journal.mongodb { call-timeout = 2s, abandoned-write-timeout = 4s, write-parallelism = 1 }");
        JournalOf(impatient).Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, "a", Probe));
        await Probe.ExpectMsgAsync<RecoverySuccess>();
        _proxy.GoAway();
        JournalOf(impatient).Tell(new WriteMessages(Singles("a", 1, 1), Probe, InstanceId));
        await Probe.ExpectNoMsgAsync(TimeSpan.FromSeconds(1)); // The only worker has it.
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var late = Kit.CreateTestProbe();
        JournalOf(impatient).Tell(new WriteMessages(Singles("b", 1, 1), late, InstanceId));

        Assert.IsType<TimeoutException>((await Probe.ExpectMsgAsync<WriteMessagesFailed>()).Cause);
        Assert.IsType<TimeoutException>((await late.ExpectMsgAsync<WriteMessagesFailed>()).Cause);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
        _proxy.ComeBack();

        // The id is free for its next actor at once.
        JournalOf(impatient).Tell(new WriteMessages(Singles("b", 1, 1), late, InstanceId));
        Assert.IsType<WriteMessageFailure>(await late.ExpectMsgAsync<object>());
        await late.ExpectMsgAsync<WriteMessagesSuccessful>();
        Assert.Empty((await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_replay_goes_on_where_its_cursor_was_lost()
    {
        for (var i = 0; i < 3; i++)
            await WriteAsync(Singles("a", i * 1000 + 1, i * 1000 + 1000));
        _proxy.LoseNextPage();
        var receiver = Kit.CreateTestProbe();

        JournalOf(_far).Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, "a", receiver));

        for (var i = 1; i <= 3000; i++)
            Assert.Equal(i, (await receiver.ExpectMsgAsync<ReplayedMessage>()).Persistent.SequenceNr);
        Assert.Equal(3000, (await receiver.ExpectMsgAsync<RecoverySuccess>()).HighestSequenceNr);
        Assert.Equal(1, _proxy.Lost);
    }

    [MongoFact]
    public async Task A_live_query_outlasts_a_server_that_is_away()
    {
        var probe = ReadJournal(_far).AllEvents(Offset.NoOffset()).RunWith(_far.SinkProbe<EventEnvelope>(), _far.Sys.Materializer());
        Assert.Equal("first", (await probe.Request(10).ExpectNextAsync()).PersistenceId);
        _proxy.GoAway();
        await WriteAsync(Singles("a", 1, 1)); // By another node, which has another way to the server.
        await probe.ExpectNoMsgAsync(TimeSpan.FromSeconds(1));

        _proxy.ComeBack();

        Assert.Equal("a", (await probe.ExpectNextAsync()).PersistenceId);
        probe.Cancel();
    }

    [MongoFact]
    public async Task Health_tells_when_the_server_is_away_and_never_a_password()
    {
        var extension = Akka.Persistence.Persistence.Instance.Apply(_far.Sys);
        var path = "akka.persistence.journal.mongodb";
        var snapshots = "akka.persistence.snapshot-store.mongodb";
        Assert.Equal(PersistenceHealthStatus.Healthy, (await extension.CheckJournalHealthAsync(path)).Status);
        Assert.Equal(PersistenceHealthStatus.Healthy, (await extension.CheckSnapshotStoreHealthAsync(snapshots)).Status);

        _proxy.GoAway();

        var journal = await extension.CheckJournalHealthAsync(path);
        Assert.Equal(PersistenceHealthStatus.Unhealthy, journal.Status);
        Assert.Contains($"127.0.0.1:{_proxy.Port}", journal.Description, StringComparison.Ordinal);
        Assert.Equal(PersistenceHealthStatus.Unhealthy, (await extension.CheckSnapshotStoreHealthAsync(snapshots)).Status);
    }

    [MongoFact]
    public async Task Nothing_logged_or_thrown_has_the_password()
    {
        // The stand-in servers of tests know no users, so this one cannot log in, or is not there at all.
        var url = new MongoUrlBuilder(Store.Url)
        {
            Server = new MongoServerAddress("127.0.0.1", _proxy.Port), Username = "rob", Password = Secret,
        };
        var config = $$"""
            akka.persistence.journal.mongodb { connection-string = "{{url}}", call-timeout = 2s, abandoned-write-timeout = 4s }
            """;
        using var kit = new TestKit(
            Akka.Configuration.ConfigurationFactory.ParseString(config)
                .WithFallback(Store.Configuration("")).WithFallback("akka.loglevel = DEBUG"), "secret");
        var log = kit.CreateTestProbe();
        kit.Sys.EventStream.Subscribe(log, typeof(LogEvent));

        var probe = kit.CreateTestProbe();
        JournalOf(kit).Tell(new WriteMessages(Singles("a", 1, 1), probe, InstanceId));

        var failed = await probe.ExpectMsgAsync<WriteMessagesFailed>();
        Assert.DoesNotContain(Secret, failed.Cause.ToString(), StringComparison.Ordinal);
        while (log.HasMessages)
            Assert.DoesNotContain(Secret, (await log.ExpectMsgAsync<LogEvent>()).ToString(), StringComparison.Ordinal);
    }

    private static MongoReadJournal ReadJournal(TestKit kit) =>
        PersistenceQuery.Get(kit.Sys).ReadJournalFor<MongoReadJournal>(MongoReadJournal.Identifier);

    private static async Task<List<EventEnvelope>> AllEventsAsync(TestKit kit)
    {
        var seen = new List<EventEnvelope>();
        await ReadJournal(kit).CurrentAllEvents(Offset.NoOffset()).RunForeach(seen.Add, kit.Sys.Materializer());
        return seen;
    }

    private TestProbe Subscribe()
    {
        var log = _far.CreateTestProbe();
        foreach (var type in new[] { typeof(Warning), typeof(Info) })
            _far.Sys.EventStream.Subscribe(log, type);
        return log;
    }

    private async Task WriteFarAsync(params AtomicWrite[] writes)
    {
        JournalOf(_far).Tell(new WriteMessages(writes, Probe, InstanceId));
        await ExpectStoredAsync(writes.Length);
    }

    private async Task ExpectStoredAsync(int count)
    {
        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        for (var i = 0; i < count; i++)
            await Probe.ExpectMsgAsync<WriteMessageSuccess>();
    }
}
