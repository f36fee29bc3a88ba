using ActorCron.Persistence.MongoDb.Writing;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>That no query passes an event, whatever order writes become visible in.</summary>
public class MongoQueryTests : MongoTestBase
{
    protected override string Overrides =>
        """
        akka.persistence.journal.mongodb { call-timeout = 2s, abandoned-write-timeout = 4s }
        akka.persistence.query.mongodb { refresh-interval = 50ms, max-buffer-size = 10 }
        """;

    private MongoReadJournal Queries => PersistenceQuery.Get(Sys).ReadJournalFor<MongoReadJournal>(MongoReadJournal.Identifier);

    private IMaterializer Materializer => Sys.Materializer();

    [MongoFact]
    public async Task A_query_waits_for_a_write_under_way_that_comes_before_visible_events()
    {
        await WriteAsync(Singles("a", 1, 1));
        var slow = OtherNode();
        var range = await slow.TakeAsync(2, CancellationToken.None);
        await WriteAsync(Singles("b", 1, 1));
        var live = Queries.AllEvents(Offset.NoOffset()).RunWith(Kit.SinkProbe<EventEnvelope>(), Materializer).Request(10);
        var current = Queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Kit.SinkProbe<EventEnvelope>(), Materializer).Request(10);
        foreach (var probe in new[] { live, current })
        {
            Assert.Equal("a", (await probe.ExpectNextAsync()).PersistenceId);
            await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(500));
        }

        // The slow node's events become visible now, then it says that it is done.
        await CopyAsync("a_1", "slow", 1, range.First);
        await CopyAsync("a_1", "slow", 2, range.Last);
        slow.Withdraw(range.Id, moreToCome: false);

        foreach (var probe in new[] { live, current })
        {
            Assert.Equal("slow", (await probe.ExpectNextAsync()).PersistenceId);
            Assert.Equal("slow", (await probe.ExpectNextAsync()).PersistenceId);
            Assert.Equal("b", (await probe.ExpectNextAsync()).PersistenceId);
        }

        await current.ExpectCompleteAsync();
        live.Cancel();
    }

    [MongoFact]
    public async Task A_write_that_never_comes_is_given_up_after_its_time()
    {
        await OtherNode().TakeAsync(5, CancellationToken.None);
        await WriteAsync(Singles("b", 1, 1));
        var probe = Queries.AllEvents(Offset.NoOffset()).RunWith(Kit.SinkProbe<EventEnvelope>(), Materializer).Request(10);
        await probe.ExpectNoMsgAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("b", (await probe.ExpectNextAsync()).PersistenceId);
        probe.Cancel();
    }

    [MongoFact]
    public async Task Deleted_events_leave_gaps_that_nobody_waits_for()
    {
        await WriteAsync(Singles("a", 1, 20));
        await WriteAsync(Singles("b", 1, 1));
        Journal.Tell(new Akka.Persistence.DeleteMessagesTo("a", 19, Probe));
        await Probe.ExpectMsgAsync<Akka.Persistence.DeleteMessagesSuccess>();

        var all = await Queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), Materializer)
            .WaitAsync(TimeSpan.FromSeconds(3));

        Assert.Equal([20, 21], all.Select(envelope => ((Sequence)envelope.Offset).Value));
    }

    [MongoFact]
    public async Task Live_queries_see_every_event_of_sixteen_concurrent_writers_in_order()
    {
        const int writers = 16, batches = 10, size = 10;
        var all = Queries.AllEvents(Offset.NoOffset()).Take(writers * batches * size).RunWith(Sink.Seq<EventEnvelope>(), Materializer);
        var second = Start(Store.Url);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async w =>
        {
            var probe = Kit.CreateTestProbe();
            for (var b = 0; b < batches; b++)
            {
                var journal = w % 2 == 0 ? Journal : JournalOf(second);
                journal.Tell(new Akka.Persistence.WriteMessages(Singles($"w{w}", b * size + 1, b * size + size), probe, InstanceId));
                for (var i = 0; i <= size; i++)
                    Assert.IsNotType<Akka.Persistence.WriteMessageFailure>(await probe.ExpectMsgAsync<object>());
            }
        }));

        var seen = await all.WaitAsync(TimeSpan.FromSeconds(60));

        var offsets = seen.Select(envelope => ((Sequence)envelope.Offset).Value).ToList();
        Assert.Equal(offsets.Order().Distinct(), offsets);
        Assert.All(seen.GroupBy(envelope => envelope.PersistenceId), one =>
            Assert.Equal(Enumerable.Range(1, batches * size).Select(i => (long)i), one.Select(envelope => envelope.SequenceNr)));
    }

    [MongoFact]
    public async Task Tags_and_offsets_hold_inside_of_events_persisted_together()
    {
        await WriteAsync(new Akka.Persistence.AtomicWrite(System.Collections.Immutable.ImmutableList.Create<Akka.Persistence.IPersistentRepresentation>(
            Event("a", 1, "a green leaf"), Event("a", 2, "a black car"), Event("a", 3, "a green apple"), Event("a", 4, "plain"))));

        var green = await Queries.CurrentEventsByTag("green", Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), Materializer);
        var rest = await Queries.CurrentAllEvents(green[0].Offset).RunWith(Sink.Seq<EventEnvelope>(), Materializer);

        Assert.Equal(["a green leaf", "a green apple"], green.Select(envelope => envelope.Event));
        Assert.Equal(["green"], green[0].Tags);
        Assert.Equal([2, 3, 4], rest.Select(envelope => ((Sequence)envelope.Offset).Value));
    }

    [MongoFact]
    public async Task Pages_follow_each_other_without_loss()
    {
        await WriteAsync(Singles("a", 1, 95)); // Pages hold ten.
        await WriteAsync(Together("a", 96, 130));

        var byId = await Queries.CurrentEventsByPersistenceId("a", 0, long.MaxValue).RunWith(Sink.Seq<EventEnvelope>(), Materializer);
        var all = await Queries.CurrentAllEvents(Offset.NoOffset()).RunWith(Sink.Seq<EventEnvelope>(), Materializer);

        var expected = Enumerable.Range(1, 130).Select(i => (long)i).ToList();
        Assert.Equal(expected, byId.Select(envelope => envelope.SequenceNr));
        Assert.Equal(expected, all.Select(envelope => envelope.SequenceNr));
    }

    [MongoFact]
    public async Task An_offset_of_another_kind_is_refused_by_name()
    {
        await Task.CompletedTask;
        var refused = Assert.Throws<ArgumentException>(() => Queries.AllEvents(Offset.TimeBasedUuid(Guid.NewGuid())));
        Assert.Contains("TimeBasedUuid", refused.Message, StringComparison.Ordinal);
    }

    [MongoFact]
    public async Task A_cancelled_live_query_sends_nothing_more()
    {
        await WriteAsync(Singles("a", 1, 1));
        var probe = Queries.AllEvents(Offset.NoOffset()).RunWith(Kit.SinkProbe<EventEnvelope>(), Materializer).Request(10);
        await probe.ExpectNextAsync();
        await Kit.AwaitConditionAsync(() => Task.FromResult(Commands.Named("find").Count() > 5));

        probe.Cancel();

        await Kit.AwaitConditionAsync(async () =>
        {
            var before = Commands.Named("find").Count();
            await Task.Delay(300);
            return Commands.Named("find").Count() == before;
        });
    }

    private OrderingCounter OtherNode()
    {
        var retrying = new Retrying(
            new OutageLog(NoLogger.Instance, "test", TimeProvider.System), "test", TimeSpan.FromSeconds(2), TimeProvider.System);
        return new OrderingCounter(Store.Database.GetCollection<BsonDocument>("Ordering"),
            Store.Database.GetCollection<EventDocument>("EventJournal"), retrying, TimeSpan.FromSeconds(4), TimeProvider.System);
    }

    private async Task CopyAsync(string template, string id, long sequenceNr, long ordering)
    {
        var row = await Events.Find(new BsonDocument("_id", template)).SingleAsync();
        row["_id"] = $"{id}_{sequenceNr}";
        row["PersistenceId"] = id;
        row["SequenceNr"] = sequenceNr;
        row["Ordering"] = new BsonTimestamp(ordering);
        await Events.InsertOneAsync(row);
    }
}
