using System.Collections.Concurrent;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Streams.Amqp.Tests;

/// <summary>Faults on the way to the broker, and faults of single queues.</summary>
[Collection(BrokerCollection.Name)]
public class FaultTests(Broker broker) : AmqpTest(broker)
{
    private static readonly RestartSettings Quickly = RestartSettings.Create(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), 0.1);

    [Fact]
    public async Task A_queue_deleted_under_its_consumer_fails_the_stream_also_with_messages_pending()
    {
        await PublishAsync(Numbers(5));
        var (control, probe) = AmqpSource.Committable(Provider, Source(prefetch: 2))
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both).Run(Materializer);
        var message = probe.RequestNext();

        await Provider.DeleteQueueAsync(Queue);

        Assert.Equal(Queue, Assert.IsType<AmqpConsumerCancelledException>(probe.ExpectError()).Queue);
        Assert.Equal(DrainOutcome.Interrupted, await control.Ended.WaitAsync(Soon));
        Assert.Equal(AckOutcome.ChannelLost, await message.Ack());
    }

    [Fact]
    public async Task A_queue_deleted_under_a_draining_source_ends_the_drain()
    {
        await PublishAsync(Numbers(2));
        var (control, probe) = AmqpSource.Committable(Provider, Source(prefetch: 2))
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = probe.Request(2).ExpectNextN(2).ToList();
        var drained = control.DrainAsync();
        await control.Stopped.WaitAsync(Soon);

        await Provider.DeleteQueueAsync(Queue);
        await Task.WhenAll(messages.Select(message => message.Ack()));

        Assert.Equal(DrainOutcome.Settled, await drained.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_connection_cut_while_draining_ends_the_drain_and_nothing_consumes_again()
    {
        await PublishAsync(Numbers(3));
        await using var proxy = new TcpProxy(Server.Port);
        await using var provider = Through(proxy);
        AmqpSourceControl control = null!;
        var probe = AmqpRestart.Source(() => AmqpSource.Committable(provider, Source(prefetch: 2))
                .MapMaterializedValue(started => control = started), Quickly)
            .RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
        var messages = probe.Request(2).ExpectNextN(2).ToList();
        var drained = control.DrainAsync();
        await control.Stopped.WaitAsync(Soon);

        proxy.Cut();

        Assert.Equal(DrainOutcome.Interrupted, await drained.WaitAsync(Soon));
        probe.ExpectComplete();
        Assert.Equal(AckOutcome.ChannelLost, await messages[0].Ack());
        await QueueHolds(3);
    }

    [Fact]
    public async Task A_cut_connection_fails_the_stream_and_late_acknowledgements_say_so()
    {
        await PublishAsync(Numbers(3));
        await using var proxy = new TcpProxy(Server.Port);
        await using var provider = Through(proxy);
        var (control, probe) = AmqpSource.Committable(provider, Source())
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = probe.Request(3).ExpectNextN(3).ToList();
        await messages[0].Ack();
        // Acknowledged for the broker, too, not only for us.
        Assert.True(await messages[0].AckProcessed());

        proxy.Cut();

        Assert.False(Assert.IsType<AmqpChannelClosedException>(probe.ExpectError()).ByBroker);
        Assert.Equal([AckOutcome.AlreadySettled, AckOutcome.ChannelLost, AckOutcome.ChannelLost], await Task.WhenAll(messages.Select(message => message.Ack())));
        Assert.Equal(AckOutcome.ChannelLost, await messages[2].Nack(multiple: true));
        Assert.Equal(DrainOutcome.Interrupted, await control.Ended.WaitAsync(Soon));
        await QueueHolds(2);
        Assert.False(provider.State(AmqpRole.Consume).IsOpen);
    }

    [Fact]
    public async Task A_consumer_cut_off_again_and_again_loses_nothing_and_repeats_only_what_was_pending()
    {
        const int count = 6000;
        const ushort prefetch = 50;
        await PublishAsync(Numbers(count), AmqpQueueType.Quorum);
        await using var proxy = new TcpProxy(Server.Port);
        await using var provider = Through(proxy);
        var seen = new ConcurrentDictionary<string, int>();
        var repeats = 0;
        var cuts = 0;

        await AmqpRestart.Source(() => AmqpSource.Committable(provider, Source(AmqpQueueType.Quorum, prefetch)), Quickly)
            .SelectAsync(10, async message =>
            {
                if (seen.AddOrUpdate(Text(message), 1, (_, times) => times + 1) > 1)
                {
                    Assert.True(message.Redelivered);
                    Interlocked.Increment(ref repeats);
                }
                if (seen.Count >= 1500 * (Volatile.Read(ref cuts) + 1) && Interlocked.Increment(ref cuts) <= 3) proxy.Cut();
                await message.Ack();
                return seen.Count;
            })
            .TakeWhile(total => total < count)
            .RunWith(Sink.Ignore<int>(), Materializer).WaitAsync(Soon);

        Assert.Equal(count, seen.Count);
        Assert.InRange(cuts, 3, 4);
        Assert.InRange(repeats, 0, 3 * prefetch);
        await QueueHolds(0);
    }

    [Fact]
    public async Task A_publisher_cut_off_hears_of_every_message_and_publishes_the_lost_ones_again()
    {
        const int count = 6000;
        const int window = 300;
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        await using var proxy = new TcpProxy(Server.Port);
        await using var provider = Through(proxy);
        var flow = AmqpFlow.WithConfirms<int>(provider, new AmqpPublishSettings { RoutingKey = Queue, Window = window, Restart = Quickly });
        var publisher = new Republisher(flow, i => Text($"{i}"), Materializer);

        await publisher.PublishAsync(count, Soon, confirmed =>
        {
            if (confirmed is 1000 or 3000) proxy.Cut();
            return Task.CompletedTask;
        });

        Assert.InRange(publisher.Lost.Count, 1, 2 * window);
        publisher.Check(count, await TakeAll(Provider, Queue));
    }

    [Fact]
    public async Task A_source_waits_for_a_broker_that_is_not_there_yet()
    {
        await PublishAsync(["late"]);
        var proxy = new TcpProxy(Server.Port);
        await using var provider = Through(proxy);
        await proxy.DisposeAsync();
        var probe = AmqpRestart.Source(() => AmqpSource.Committable(provider, Source()), Quickly)
            .RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
        probe.Request(1);
        await Eventually(() => Task.FromResult(provider.State(AmqpRole.Consume)), state => state.LastFailure is not null);

        await using var again = new TcpProxy(Server.Port, proxy.Port);

        Assert.Equal("late", Text(probe.ExpectNext()));
        probe.Cancel();
    }

    private static AmqpConnectionProvider Through(TcpProxy proxy) =>
        new(new AmqpConnectionSettings { Hosts = [new AmqpHost("127.0.0.1", proxy.Port)] });
}
