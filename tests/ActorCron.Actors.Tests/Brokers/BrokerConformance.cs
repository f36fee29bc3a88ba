using ActorCron.Actors.Brokers;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>What every broker does.</summary>
public abstract class BrokerConformance : TestKit, IAsyncLifetime
{
    protected BrokerConformance() : base("akka { loglevel = WARNING, stdout-loglevel = WARNING }") => Materializer = Sys.Materializer();

    protected ActorMaterializer Materializer { get; }

    /// <summary>The broker under test.</summary>
    protected abstract IRunBroker Broker { get; }

    /// <summary>A queue of the test's own.</summary>
    protected string Queue { get; } = $"q{Guid.NewGuid():N}";

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Each_run_published_is_answered_for()
    {
        var outcomes = await Publish(Runs(100));

        Assert.Equal(Ids(100), outcomes.Select(outcome => outcome.Item.Spec.Id).Order(StringComparer.Ordinal));
        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
    }

    [Fact]
    public async Task Runs_come_out_in_the_order_in_which_they_went_in()
    {
        await Publish(Runs(50));

        var deliveries = await Consume(100).Next(50);

        Assert.Equal(Ids(50), deliveries.Select(delivery => delivery.Spec.Id));
    }

    [Fact]
    public async Task A_delivery_says_what_the_scheduler_asked_for()
    {
        var item = Run("nightly@2026-11-24T01:15Z") with { Attempt = 3 };
        await Publish([item]);

        var delivery = await Consume(1).Next();

        Assert.Equal(3, delivery.Attempt);
        Assert.Equal(item.Spec.Id, delivery.Spec.Id);
        Assert.Equal(item.Spec.Schedule, delivery.Spec.Schedule);
        Assert.Equal(item.Spec.User, delivery.Spec.User);
        Assert.Equal(Queue, delivery.Spec.Queue);
        Assert.Equal(item.Spec.ScheduledFor, delivery.Spec.ScheduledFor);
        Assert.Equal(RunTrigger.Schedule, delivery.Spec.Trigger);
        Assert.Equal(item.Spec.Job, delivery.Spec.Job);
        Assert.Equal(item.Spec.Timeout, delivery.Spec.Timeout);
        Assert.Equal(item.Spec.TraceParent, delivery.Spec.TraceParent);
    }

    [Fact]
    public async Task No_more_is_out_than_the_credit_and_an_acknowledgement_gives_one_back()
    {
        await Publish(Runs(10));
        var consumer = Consume(3);

        var first = await consumer.Next(3);
        Assert.True(await consumer.IsQuiet());

        await first[1].AckAsync();
        await consumer.Next();
        Assert.True(await consumer.IsQuiet());
        Assert.Equal(4, consumer.Count);
    }

    [Fact]
    public async Task What_was_acknowledged_never_comes_again()
    {
        await Publish(Runs(10));
        var first = Consume(4);
        foreach (var delivery in await first.Next(4)) await delivery.AckAsync();
        var held = await first.Next(4);
        first.Cancel();

        var rest = await Consume(10).Next(6);

        Assert.Equal(Ids(10)[4..], rest.Select(delivery => delivery.Spec.Id).Order(StringComparer.Ordinal));
        Assert.Equal(4, held.Count);
    }

    [Fact]
    public async Task A_late_joiner_gets_its_share_of_the_backlog_at_once()
    {
        await Publish(Runs(1000));
        var first = Consume(4);
        await first.Next(4);

        var second = Consume(4);
        await second.Next(4);

        Assert.True(await first.IsQuiet());
        Assert.True(await second.IsQuiet());
        await Eventually(Depth, depth => depth is { Messages: 992, Consumers: 2 });
    }

    [Fact]
    public async Task A_drained_stream_takes_no_more_yet_its_deliveries_can_be_settled()
    {
        await Publish(Runs(10));
        var draining = Consume(3);
        var held = await draining.Next(3);

        await draining.Control.DrainAsync().WaitAsync(Soon);
        var next = Consume(10);

        Assert.Equal(Ids(10)[3..], (await next.Next(7)).Select(delivery => delivery.Spec.Id));
        foreach (var delivery in held) await delivery.AckAsync();
        await draining.Ended.WaitAsync(Soon);
        Assert.Equal(3, draining.Count);
        Assert.True(await next.IsQuiet());
    }

    [Fact]
    public async Task An_acknowledgement_after_the_drain_brings_nothing_new()
    {
        await Publish(Runs(10));
        var draining = Consume(3);
        var held = await draining.Next(3);

        await draining.Control.DrainAsync().WaitAsync(Soon);
        await held[0].AckAsync();

        Assert.True(await draining.IsQuiet());
        // The consumers are not asked for: a quorum queue counts one until the last of its deliveries is settled.
        await Eventually(Depth, depth => depth is { Messages: 7 });
        Assert.False(draining.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_idle_stream_drains_at_once()
    {
        await Publish(Runs(1));
        var consumer = Consume(3);
        await (await consumer.Next()).AckAsync();

        await consumer.Control.DrainAsync().WaitAsync(Soon);
        await consumer.Control.DrainAsync().WaitAsync(Soon);

        await consumer.Ended.WaitAsync(Soon);
    }

    [Fact]
    public async Task What_is_given_back_is_delivered_again()
    {
        await Publish(Runs(1));
        var consumer = Consume(1);
        var first = await consumer.Next();

        await first.RequeueAsync();

        Assert.Equal(first.Spec.Id, (await consumer.Next()).Spec.Id);
    }

    [Fact]
    public async Task What_a_closed_stream_had_not_settled_goes_to_another()
    {
        await Publish(Runs(5));
        var closing = Consume(5);
        var lost = await closing.Next(5);
        await lost[2].AckAsync();
        var other = Consume(10);

        closing.Cancel();

        var taken = await other.Next(4);
        Assert.Equal(Ids(5).Where(id => id != lost[2].Spec.Id), taken.Select(delivery => delivery.Spec.Id).Order(StringComparer.Ordinal));
        Assert.True(await other.IsQuiet());
    }

    [Fact]
    public async Task Settling_late_or_twice_does_no_harm()
    {
        await Publish(Runs(2));
        var consumer = Consume(1);
        var first = await consumer.Next();
        await first.AckAsync();
        await first.RequeueAsync();
        await first.DeadLetterAsync("twice");
        var second = await consumer.Next();
        consumer.Cancel();
        var other = Consume(1);
        Assert.Equal(second.Spec.Id, (await other.Next()).Spec.Id);

        await second.AckAsync();
        await second.DeadLetterAsync("late");

        Assert.True(await other.IsQuiet());
        Assert.Empty(await Dead());
    }

    [Fact]
    public async Task Queues_do_not_mix()
    {
        var elsewhere = Queue + "-2";
        await Publish([Run("a"), Run("b") with { Spec = Run("b").Spec with { Queue = elsewhere } }]);

        Assert.Equal("b", (await Consume(5, elsewhere).Next()).Spec.Id);
        var here = Consume(5);
        Assert.Equal("a", (await here.Next()).Spec.Id);
        Assert.True(await here.IsQuiet());
    }

    [Fact]
    public async Task The_depth_counts_what_waits_and_who_takes()
    {
        await Publish(Runs(5));
        await Eventually(Depth, depth => depth is { Messages: 5, Consumers: 0, Dead: 0 });

        await Consume(2).Next(2);

        await Eventually(Depth, depth => depth is { Messages: 3, Consumers: 1, Dead: 0 });
    }

    [Fact]
    public async Task A_purge_throws_away_what_waits_and_leaves_what_is_taken()
    {
        await Publish(Runs(5));
        var consumer = Consume(2);
        var held = await consumer.Next(2);

        Assert.Equal(3, await Broker.PurgeAsync(Queue, default));

        await held[0].RequeueAsync();
        Assert.Equal(held[0].Spec.Id, (await consumer.Next()).Spec.Id);
        Assert.True(await consumer.IsQuiet());
    }

    [Fact]
    public async Task A_dead_letter_tells_why_and_stays_until_it_is_sent_back()
    {
        await Publish(Runs(2));
        var consumer = Consume(2);
        var taken = await consumer.Next(2);
        await taken[0].DeadLetterAsync("unknown job type 'x'");
        await taken[1].AckAsync();

        var dead = Assert.Single(await Dead(1));
        Assert.Equal((1, "unknown job type 'x'", taken[0].Spec.Id, Queue), (dead.Position, dead.Reason, dead.MessageId, dead.Queue));
        Assert.Single(await Dead(1));
        await Eventually(Depth, depth => depth is { Messages: 0, Dead: 1 });

        Assert.Equal(1, await Broker.RequeueDeadLettersAsync(null, default));

        var again = await consumer.Next();
        Assert.Equal((taken[0].Spec.Id, taken[0].Attempt), (again.Spec.Id, again.Attempt));
        Assert.Empty(await Dead(0));
        await Eventually(Depth, depth => depth is { Messages: 0, Dead: 0 });
    }

    [Fact]
    public async Task One_dead_letter_can_be_sent_back_alone()
    {
        await Publish(Runs(3));
        var consumer = Consume(3);
        foreach (var delivery in await consumer.Next(3)) await delivery.DeadLetterAsync("broken");
        await Dead(3);

        Assert.Equal(1, await Broker.RequeueDeadLettersAsync(Ids(3)[1], default));
        Assert.Equal(0, await Broker.RequeueDeadLettersAsync("nobody", default));

        Assert.Equal(Ids(3)[1], (await consumer.Next()).Spec.Id);
        Assert.Equal([Ids(3)[0], Ids(3)[2]], (await Dead(2)).Select(dead => dead.MessageId).Order());
    }

    [Fact]
    public async Task No_more_dead_letters_are_shown_than_asked_for()
    {
        await Publish(Runs(5));
        foreach (var delivery in await Consume(5).Next(5)) await delivery.DeadLetterAsync("broken");
        await Dead(5);

        Assert.Equal(2, (await Broker.GetDeadLettersAsync(2, default)).Count);
    }

    [Fact]
    public async Task It_answers_a_ping() => await Broker.PingAsync(default).WaitAsync(Soon);

    internal TestConsumer<RunDelivery> Consume(int credit, string? queue = null) => new(Broker.Deliveries(queue ?? Queue, credit), Materializer);

    protected async Task<List<DispatchOutcome>> Publish(IEnumerable<DispatchItem> items) =>
        [.. await Source.From(items).Via(Broker.Publish()).RunWith(Sink.Seq<DispatchOutcome>(), Materializer).WaitAsync(Soon)];

    protected IEnumerable<DispatchItem> Runs(int count) => Ids(count).Select(Run);

    protected static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"s/{i:0000}@2026-11-24T01:15Z")];

    protected DispatchItem Run(string id) => new(new RunSpec
    {
        Id = id,
        Schedule = id.Split('@')[0],
        User = "rob",
        Queue = Queue,
        ScheduledFor = new DateTimeOffset(2026, 11, 24, 1, 15, 0, TimeSpan.Zero),
        Trigger = RunTrigger.Schedule,
        Job = new JobSpec("shell", """{"command":"make report"}"""),
        Timeout = TimeSpan.FromMinutes(7),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }, 1, 17);

    protected Task<QueueDepth?> Depth() => Broker.GetDepthAsync(Queue, default);

    /// <summary>The dead letters, once there are that many.</summary>
    protected Task<IReadOnlyList<DeadLetter>> Dead(int count = 0) => Eventually(() => Broker.GetDeadLettersAsync(100, default), dead => dead.Count == count);
}
