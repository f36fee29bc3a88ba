using System.Collections.Concurrent;
using ActorCron.Tests.Fixtures;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Streams.Amqp.Tests;

/// <summary>A broker of their own for tests that stop and kill it, with a short patience for acknowledgements.</summary>
public sealed class FragileBroker : IAsyncLifetime
{
    public RabbitMqServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RabbitMqServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public class BrokerFaultTests(FragileBroker broker) : AmqpTest(broker.Server), IClassFixture<FragileBroker>
{
    // A broker needs its time to start, a minute on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly RestartSettings Quickly = RestartSettings.Create(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), 0.1);

    [Fact]
    public async Task A_broker_killed_with_ten_thousand_messages_in_flight_costs_none_of_them()
    {
        const int count = 30_000;
        const int window = 10_000;
        var queue = new QueueDeclaration(Queue) { Type = AmqpQueueType.Quorum };
        var settings = new AmqpPublishSettings { RoutingKey = Queue, Window = window, Declarations = [queue] };
        // RabbitMQ 3.10's lone member of a quorum queue that was created seconds before a kill may stay a follower for ever.
        await Provider.DeclareAsync([queue]);
        await Restart(Server.StopAsync);
        var publisher = new Republisher(AmqpFlow.WithConfirms<int>(Provider, settings with { Restart = Quickly }), i => Text($"{i}"), Materializer);
        var restarted = Task.CompletedTask;

        await publisher.PublishAsync(count, Patience, confirmed =>
        {
            if (confirmed == 10_000) restarted = Restart(Server.KillAsync);
            return Task.CompletedTask;
        });
        await restarted;

        Assert.InRange(publisher.Lost.Count, 1, window);

        // And the same for its consumers: ten thousand are out when it is killed again.
        var published = (int)(await Provider.QueueDepthAsync(Queue))!.Messages;
        var seen = new ConcurrentQueue<(string Text, bool Redelivered)>();
        var acknowledged = new ConcurrentDictionary<string, bool>();
        var restart = 0;
        await ConsumeAll(() => acknowledged.Count == count, AmqpRestart.Source(() => AmqpSource.Committable(Provider, new AmqpSourceSettings(Queue) { Prefetch = window }), Quickly)
            .SelectAsync(window, async message =>
            {
                seen.Enqueue((Text(message), message.Redelivered));
                if (seen.Count == 10_000 && Interlocked.Exchange(ref restart, 1) == 0) restarted = Restart(Server.KillAsync);
                if (await message.Ack() == AckOutcome.Done) acknowledged.TryAdd(Text(message), true);
                return acknowledged.Count;
            }));
        await restarted;

        Assert.Equal(count, acknowledged.Count);
        publisher.Check(count, seen);
        // Delivered twice, and not because published twice, is at most what was out at the kill.
        Assert.InRange(seen.Count, published, published + window);
    }

    [Fact]
    public async Task A_broker_stopped_in_good_order_under_load_costs_nothing_either()
    {
        const int count = 10_000;
        var queue = new QueueDeclaration(Queue) { Type = AmqpQueueType.Classic };
        var settings = new AmqpPublishSettings { RoutingKey = Queue, Window = 500, Declarations = [queue] };
        var publisher = new Republisher(AmqpFlow.WithConfirms<int>(Provider, settings with { Restart = Quickly }), i => Text($"{i}"), Materializer);
        var restarted = Task.CompletedTask;
        var seen = new ConcurrentDictionary<string, bool>();

        var consumed = ConsumeAll(() => seen.Count == count, AmqpRestart.Source(() => AmqpSource.Committable(Provider, Source(AmqpQueueType.Classic)), Quickly)
            .SelectAsync(100, async message =>
            {
                if (await message.Ack() == AckOutcome.Done) seen.TryAdd(Text(message), true);
                return seen.Count;
            }));
        await publisher.PublishAsync(count, Patience, confirmed =>
        {
            if (confirmed == 4000) restarted = Restart(Server.StopAsync);
            return Task.CompletedTask;
        });
        await restarted;

        await consumed;
        Assert.Equal(count, seen.Count);
    }

    [Fact]
    public async Task A_channel_closed_by_the_broker_fails_the_stream_with_its_words()
    {
        await PublishAsync(Numbers(3), AmqpQueueType.Quorum);
        // The broker looks once a minute for deliveries unacknowledged for too long, unless told otherwise. Not too often: a second look
        // before the client has answered the first would close a channel twice, which no client takes well.
        await Server.RunCtlAsync("eval", "application:set_env(rabbit, channel_tick_interval, 5000), application:set_env(rabbit, consumer_timeout, 300).");
        try
        {
            var (control, probe) = AmqpSource.Committable(Provider, Source(AmqpQueueType.Quorum))
                .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both).Run(Materializer);
            var messages = probe.Request(3).ExpectNextN(3).ToList();
            await messages[0].Ack();

            var failure = Assert.IsType<AmqpChannelClosedException>(probe.ExpectError());

            Assert.True(failure.ByBroker);
            Assert.True(failure.IsTransient);
            Assert.Equal(406, failure.ReplyCode);
            Assert.Contains("timed out", failure.Message, StringComparison.Ordinal);
            Assert.Equal(AckOutcome.ChannelLost, await messages[1].Ack());
            Assert.Equal(DrainOutcome.Interrupted, await control.Ended.WaitAsync(Soon));
            Assert.Null(Provider.State(AmqpRole.Consume).LastFailure);
            await QueueHolds(2);
        }
        finally
        {
            await Server.RunCtlAsync("eval", "application:set_env(rabbit, channel_tick_interval, 60000), application:set_env(rabbit, consumer_timeout, 1800000).");
        }
    }

    // Until every number has come and the queue is empty: what was published twice, because nobody knew, stands behind the last of them.
    private async Task ConsumeAll(Func<bool> hasAll, Source<int, NotUsed> source)
    {
        var (stop, ended) = source.ViaMaterialized(KillSwitches.Single<int>(), Keep.Right).ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(Materializer);
        var since = TimeProvider.System.GetTimestamp();
        while (!hasAll() || await DepthAsync() != 0)
        {
            if (ended.IsCompleted) await ended;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"{await DepthAsync()} messages are left");
            await Task.Delay(100);
        }
        stop.Shutdown();
        await ended.WaitAsync(Patience);
    }

    private async Task<long?> DepthAsync()
    {
        try
        {
            return (await Provider.QueueDepthAsync(Queue))?.Messages;
        }
        catch (AmqpException)
        {
            return null;
        }
    }

    private async Task Restart(Func<Task> end)
    {
        await end();
        await Server.StartAgainAsync();
    }
}
