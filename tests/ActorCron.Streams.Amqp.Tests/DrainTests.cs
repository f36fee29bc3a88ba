using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class DrainTests(Broker broker) : AmqpTest(broker)
{
    [Fact]
    public async Task A_drained_source_takes_no_more_gives_nothing_back_and_its_messages_can_still_be_acknowledged()
    {
        await PublishAsync(Numbers(10));
        var (control, probe) = Run(prefetch: 3);
        var running = probe.Request(3).ExpectNextN(3).ToList();

        var drained = control.DrainAsync();
        await Eventually(() => Provider.QueueDepthAsync(Queue), depth => depth is { Consumers: 0, Messages: 7 });
        Assert.Equal(AckOutcome.Done, await running[0].Ack());
        probe.Request(1).ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Assert.False(drained.IsCompleted);

        Assert.Equal(AckOutcome.Done, await running[2].Ack());
        Assert.Equal(AckOutcome.Done, await running[1].Ack());
        probe.ExpectComplete();
        Assert.Equal(DrainOutcome.Settled, await drained.WaitAsync(Soon));
        Assert.Equal(["3", "4", "5", "6", "7", "8", "9"], await Contents());
    }

    [Fact]
    public async Task What_was_delivered_and_not_yet_asked_for_is_still_emitted_while_draining()
    {
        await PublishAsync(Numbers(5));
        var (control, probe) = Run(prefetch: 3);
        Assert.Equal("0", Text(probe.RequestNext()));
        await QueueHolds(2);

        var drained = control.DrainAsync();
        await Eventually(() => Provider.QueueDepthAsync(Queue), depth => depth?.Consumers == 0);
        var rest = probe.Request(2).ExpectNextN(2).ToList();
        Assert.Equal(["1", "2"], rest.Select(Text));

        await rest[1].Ack(multiple: true);
        probe.ExpectComplete();
        Assert.Equal(DrainOutcome.Settled, await drained.WaitAsync(Soon));
        await QueueHolds(2);
    }

    [Fact]
    public async Task A_long_job_keeps_its_place_while_a_new_source_takes_what_credit_is_left()
    {
        await PublishAsync(Numbers(6));
        var (first, probe) = Run(prefetch: 2);
        var running = probe.Request(2).ExpectNextN(2).ToList();

        // One slot is taken for long: the next source gets the credit of the other.
        var drained = first.DrainAsync();
        await first.Stopped.WaitAsync(Soon);
        await running[1].Ack();
        var (second, next) = Run(prefetch: 1);
        var job = next.Request(5).ExpectNext();
        Assert.Equal("2", Text(job));
        next.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        await QueueHolds(3);

        Assert.Equal(AckOutcome.Done, await running[0].Ack());
        Assert.Equal(DrainOutcome.Settled, await drained.WaitAsync(Soon));
        await job.Ack();
        Assert.Equal("3", Text(next.ExpectNext()));
        Assert.Equal(1, second.Outstanding);
        next.Cancel();
    }

    [Fact]
    public async Task At_the_deadline_the_broker_gets_back_what_is_not_settled()
    {
        await PublishAsync(Numbers(4));
        var (control, probe) = Run(prefetch: 3);
        var messages = probe.Request(2).ExpectNextN(2).ToList();
        await messages[0].Ack();

        var forever = control.DrainAsync();
        Assert.Equal(DrainOutcome.DeadlinePassed, await control.DrainAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(Soon));

        Assert.Equal(DrainOutcome.DeadlinePassed, await forever);
        Assert.Equal(AckOutcome.ChannelLost, await messages[1].Ack());
        Assert.Equal(AckOutcome.AlreadySettled, await messages[0].Ack());
        await QueueHolds(3);
        Assert.Equal(["1", "2", "3"], await Contents());
    }

    [Fact]
    public async Task An_idle_source_drains_at_once_and_so_does_one_that_has_not_begun()
    {
        await PublishAsync([]);
        var (idle, idleProbe) = Run(prefetch: 1);
        await idle.Ready.WaitAsync(Soon);
        Assert.Equal(DrainOutcome.Settled, await idle.DrainAsync().WaitAsync(Soon));
        idleProbe.EnsureSubscription().ExpectComplete();

        var (early, earlyProbe) = Run(prefetch: 1);
        Assert.Equal(DrainOutcome.Settled, await early.DrainAsync().WaitAsync(Soon));
        earlyProbe.EnsureSubscription().ExpectComplete();
        await Eventually(() => Provider.QueueDepthAsync(Queue), depth => depth?.Consumers == 0);
    }

    [Fact]
    public async Task Draining_under_load_loses_nothing_and_repeats_nothing()
    {
        await PublishAsync(Numbers(2000));
        var seen = new List<string>();

        for (var round = 0; round < 1000 && seen.Count < 2000; round++)
        {
            var limit = seen.Count + 150;
            AmqpSourceControl control = null!;
            var source = AmqpSource.Committable(Provider, Source(prefetch: 20)).SelectAsync(4, async message =>
            {
                Assert.Equal(AckOutcome.Done, await message.Ack());
                return (Text(message), message.Redelivered);
            });
            (control, var done) = source.ToMaterialized(Sink.ForEach<(string Text, bool Redelivered)>(each =>
            {
                Assert.False(each.Redelivered);
                seen.Add(each.Text);
                if (seen.Count >= Math.Min(limit, 2000)) control.DrainAsync();
            }), Keep.Both).Run(Materializer);
            await done.WaitAsync(Soon);
            Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        }

        Assert.Equal(Numbers(2000), seen);
    }

    private (AmqpSourceControl Control, TestSubscriber.Probe<CommittableMessage> Probe) Run(ushort prefetch) =>
        AmqpSource.Committable(Provider, Source(prefetch: prefetch))
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both)
            .Run(Materializer);
}
