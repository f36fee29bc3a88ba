using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class CommittableSourceTests(Broker broker) : AmqpTest(broker)
{
    [Theory]
    [InlineData(AmqpQueueType.Classic)]
    [InlineData(AmqpQueueType.Quorum)]
    public async Task What_is_published_arrives_in_order_and_is_gone_once_acknowledged(AmqpQueueType type)
    {
        await PublishAsync(Numbers(500), type);

        var (control, seen) = AmqpSource.Committable(Provider, Source(type))
            .SelectAsync(1, async message => (Text(message), await message.Ack()))
            .Take(500)
            .ToMaterialized(Sink.Seq<(string Text, AckOutcome Outcome)>(), Keep.Both)
            .Run(Materializer);

        var all = await seen.WaitAsync(Soon);
        Assert.Equal(Numbers(500), all.Select(each => each.Text));
        Assert.All(all, each => Assert.Equal(AckOutcome.Done, each.Outcome));
        Assert.Equal(Queue, await control.Ready);
        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        await QueueHolds(0);
    }

    [Fact]
    public async Task A_stream_queue_is_read_from_a_given_offset()
    {
        await PublishAsync(Numbers(10), AmqpQueueType.Stream);
        var settings = Source(AmqpQueueType.Stream, prefetch: 3) with
        {
            Arguments = new Dictionary<string, object?> { ["x-stream-offset"] = 4L },
        };

        var seen = await AmqpSource.Committable(Provider, settings)
            .SelectAsync(1, async message =>
            {
                await message.Ack();
                return Text(message);
            })
            .Take(6)
            .RunWith(Sink.Seq<string>(), Materializer).WaitAsync(Soon);

        Assert.Equal(["4", "5", "6", "7", "8", "9"], seen);
    }

    [Fact]
    public async Task Prefetch_is_the_exact_credit_and_each_acknowledgement_brings_one_more()
    {
        await PublishAsync(Numbers(10));

        var (control, probe) = AmqpSource.Committable(Provider, Source(prefetch: 2))
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both)
            .Run(Materializer);
        probe.Request(10);
        var first = probe.ExpectNext();
        probe.ExpectNext();

        await QueueHolds(8);
        Assert.Equal(2, control.Outstanding);
        probe.ExpectNoMsg(TimeSpan.FromMilliseconds(200));

        await first.Ack();
        Assert.Equal("2", Text(probe.ExpectNext()));
        await QueueHolds(7);
        probe.Cancel();
    }

    [Fact]
    public async Task A_slow_consumer_gets_everything_in_order()
    {
        await PublishAsync(Numbers(5));

        var probe = AmqpSource.Committable(Provider, Source(prefetch: 2)).RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
        var seen = new List<string>();
        foreach (var demand in new[] { 4, 1 })
        {
            probe.Request(demand);
            for (var i = 0; i < demand; i++)
            {
                var message = probe.ExpectNext(Soon);
                seen.Add(Text(message));
                await message.Ack();
            }
        }

        Assert.Equal(Numbers(5), seen);
        probe.Cancel();
    }

    [Fact]
    public async Task Messages_given_back_are_delivered_again_and_marked()
    {
        await PublishAsync(Numbers(5));
        await AmqpSource.Committable(Provider, Source())
            .Take(5).SelectAsync(1, message => message.Nack()).RunWith(Sink.Ignore<AckOutcome>(), Materializer).WaitAsync(Soon);

        var again = await AmqpSource.Committable(Provider, Source())
            .Take(5)
            .SelectAsync(1, async message =>
            {
                await message.Ack();
                return (Text(message), message.Redelivered, message.DeliveryCount);
            })
            .RunWith(Sink.Seq<(string, bool, long)>(), Materializer).WaitAsync(Soon);

        Assert.Equal(Numbers(5).Select(text => (text, true, 1L)), again);
    }

    [Fact]
    public async Task A_quorum_queue_counts_the_deliveries()
    {
        await PublishAsync(["poison"], AmqpQueueType.Quorum);

        var counts = await AmqpSource.Committable(Provider, Source(AmqpQueueType.Quorum))
            .SelectAsync(1, async message =>
            {
                await (message.DeliveryCount < 3 ? message.Nack() : message.Ack());
                return message.DeliveryCount;
            })
            .Take(4)
            .RunWith(Sink.Seq<long>(), Materializer).WaitAsync(Soon);

        Assert.Equal([0, 1, 2, 3], counts);
    }

    [Fact]
    public async Task Rejected_messages_do_not_come_back_but_become_dead_letters()
    {
        var dead = new QueueDeclaration($"{Queue}-dead");
        await Provider.DeclareAsync([dead, new QueueDeclaration(Queue) { DeadLetterExchange = "", DeadLetterRoutingKey = dead.Name }]);
        await PublishToExisting(5);

        var outcomes = await AmqpSource.Committable(Provider, new AmqpSourceSettings(Queue))
            .Take(5).SelectAsync(1, message => message.Nack(requeue: false)).RunWith(Sink.Seq<AckOutcome>(), Materializer).WaitAsync(Soon);

        Assert.All(outcomes, outcome => Assert.Equal(AckOutcome.Done, outcome));
        await QueueHolds(0);
        await Eventually(() => Provider.QueueDepthAsync(dead.Name), depth => depth?.Messages == 5);
        Assert.Contains("rejected", (await Provider.PeekAsync(dead.Name, 1))[0].HeaderText("x-first-death-reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pending_messages_can_still_be_acknowledged_after_downstream_has_gone()
    {
        await PublishAsync(Numbers(10));

        var (control, taken) = AmqpSource.Committable(Provider, Source())
            .Take(5).ToMaterialized(Sink.Seq<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = await taken.WaitAsync(Soon);
        // What was prefetched and never emitted goes back at once, the rest waits for us.
        await QueueHolds(5);

        Assert.All(await Task.WhenAll(messages.Select(message => message.Ack())), outcome => Assert.Equal(AckOutcome.Done, outcome));
        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        Assert.Equal(["5", "6", "7", "8", "9"], await Contents());
    }

    [Fact]
    public async Task Messages_nobody_settles_go_back_when_the_settle_timeout_is_over()
    {
        await PublishAsync(Numbers(3));

        var (control, taken) = AmqpSource.Committable(Provider, Source() with { SettleTimeout = TimeSpan.FromMilliseconds(100) })
            .Take(3).ToMaterialized(Sink.Seq<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = await taken.WaitAsync(Soon);

        Assert.Equal(DrainOutcome.DeadlinePassed, await control.Ended.WaitAsync(Soon));
        Assert.Equal(AckOutcome.ChannelLost, await messages[0].Ack());
        await QueueHolds(3);
    }

    [Fact]
    public async Task Settling_twice_is_answered_and_not_sent()
    {
        await PublishAsync(Numbers(2));

        var (control, taken) = AmqpSource.Committable(Provider, Source())
            .Take(2).ToMaterialized(Sink.Seq<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = await taken.WaitAsync(Soon);

        Assert.Equal(AckOutcome.Done, await messages[0].Ack());
        Assert.Equal(AckOutcome.AlreadySettled, await messages[0].Ack());
        Assert.Equal(AckOutcome.AlreadySettled, await messages[0].Nack());
        // A second acknowledgement on the wire would have closed the channel.
        Assert.Equal(AckOutcome.Done, await messages[1].Ack(multiple: true));
        Assert.Equal(AckOutcome.AlreadySettled, await messages[0].Ack(multiple: true));
        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        await QueueHolds(0);
    }

    [Fact]
    public async Task Multiple_settles_everything_before_it_and_the_source_still_completes()
    {
        await PublishAsync(Numbers(10));

        var (control, taken) = AmqpSource.Committable(Provider, Source())
            .Take(10).ToMaterialized(Sink.Seq<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = await taken.WaitAsync(Soon);

        Assert.Equal(AckOutcome.Done, await messages[2].Nack());
        Assert.Equal(AckOutcome.Done, await messages[5].Ack(multiple: true));
        Assert.Equal(4, control.Outstanding);
        Assert.Equal(AckOutcome.AlreadySettled, await messages[4].Ack());
        Assert.Equal(AckOutcome.Done, await messages[9].Nack(multiple: true));

        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        await QueueHolds(5);
        Assert.Equal(["2", "6", "7", "8", "9"], (await Contents()).Order());
    }

    [Fact]
    public async Task Settling_from_many_threads_in_any_order_settles_each_exactly_once()
    {
        const int count = 3000;
        await PublishAsync(Numbers(count));
        var random = new Random(7);
        var plan = Enumerable.Range(0, count).Select(_ => random.Next(4)).ToArray();

        var (control, taken) = AmqpSource.Committable(Provider, Source(prefetch: count))
            .Take(count).ToMaterialized(Sink.Seq<CommittableMessage>(), Keep.Both).Run(Materializer);
        var messages = await taken.WaitAsync(Soon);
        var order = Enumerable.Range(0, count).ToArray();
        random.Shuffle(order);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            Assert.Equal(AckOutcome.Done, plan[i] == 0 ? await messages[i].Nack() : await messages[i].Ack()));

        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        var back = Enumerable.Range(0, count).Where(i => plan[i] == 0).Select(i => $"{i}").Order().ToArray();
        await QueueHolds(back.Length);
        Assert.Equal(back, (await Contents()).Order());
    }

    [Fact]
    public async Task Competing_consumers_share_a_queue()
    {
        await PublishAsync(Numbers(30));

        var seen = await Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 3))
            .MergeMany<int, string, Akka.NotUsed>(3, _ => AmqpSource.Committable(Provider, Source(prefetch: 1)).SelectAsync(1, async message =>
            {
                await message.Ack();
                return Text(message);
            }).MapMaterializedValue(_ => Akka.NotUsed.Instance))
            .Take(30).RunWith(Sink.Seq<string>(), Materializer).WaitAsync(Soon);

        Assert.Equal(Numbers(30).Order(), seen.Order());
    }

    [Fact]
    public async Task A_kill_switch_stops_the_source_and_leaves_the_rest_in_the_queue()
    {
        await PublishAsync(Numbers(20));

        var ((control, killSwitch), probe) = AmqpSource.Committable(Provider, Source(prefetch: 5))
            .ViaMaterialized(KillSwitches.Single<CommittableMessage>(), Keep.Both)
            .ToMaterialized(this.SinkProbe<CommittableMessage>(), Keep.Both)
            .Run(Materializer);
        var first = probe.RequestNext();
        killSwitch.Shutdown();
        probe.ExpectComplete();

        Assert.Equal(AckOutcome.Done, await first.Ack());
        Assert.Equal(DrainOutcome.Settled, await control.Ended.WaitAsync(Soon));
        await QueueHolds(19);
    }

    [Fact]
    public async Task Properties_and_headers_arrive_as_sent()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        var sent = Text("body", Queue) with
        {
            MessageId = "m-1",
            CorrelationId = "c-1",
            ReplyTo = "answers",
            Type = "kind",
            ContentType = "application/json",
            ContentEncoding = "identity",
            AppId = "tests",
            Priority = 7,
            Expiration = TimeSpan.FromMinutes(5),
            Timestamp = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            Headers = new Dictionary<string, object?> { ["text"] = "värde", ["number"] = 5L, ["flag"] = true, ["list"] = new List<object> { 1, "b" } },
        };
        Assert.True((await Provider.PublishAsync(sent)).IsConfirmed);

        var got = await AmqpSource.AtMostOnce(Provider, Source()).RunWith(Sink.First<IncomingMessage>(), Materializer).WaitAsync(Soon);

        Assert.Equal("m-1", got.Properties.MessageId);
        Assert.Equal("c-1", got.Properties.CorrelationId);
        Assert.Equal("answers", got.Properties.ReplyTo);
        Assert.Equal("kind", got.Properties.Type);
        Assert.Equal("application/json", got.Properties.ContentType);
        Assert.Equal("identity", got.Properties.ContentEncoding);
        Assert.Equal("tests", got.Properties.AppId);
        Assert.Equal(7, got.Properties.Priority);
        Assert.Equal("300000", got.Properties.Expiration);
        Assert.Equal(sent.Timestamp, got.Timestamp);
        Assert.True(got.Properties.Persistent);
        Assert.Equal("värde", got.HeaderText("text"));
        Assert.Equal(5L, got.Headers["number"]);
        Assert.Equal(true, got.Headers["flag"]);
        Assert.False(got.Redelivered);
        Assert.Equal(0, got.DeliveryCount);
    }

    [Fact]
    public async Task A_body_of_16_megabytes_and_an_empty_one_arrive_whole()
    {
        var huge = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(huge);
        await Akka.Streams.Dsl.Source.From<ReadOnlyMemory<byte>>([huge, Array.Empty<byte>()])
            .RunWith(AmqpSink.Bodies(Provider, ToQueue()), Materializer).WaitAsync(Soon);

        var got = await AmqpSource.AtMostOnce(Provider, Source()).Take(2).RunWith(Sink.Seq<IncomingMessage>(), Materializer).WaitAsync(Soon);

        Assert.True(huge.AsSpan().SequenceEqual(got[0].Body.Span));
        Assert.Equal(0, got[1].Body.Length);
    }

    [Fact]
    public void A_prefetch_of_zero_is_refused() =>
        Assert.Contains("Prefetch", Assert.Throws<ArgumentException>(() => AmqpSource.Committable(Provider, Source(prefetch: 0))).Message, StringComparison.Ordinal);

    private Task PublishToExisting(int count) =>
        Akka.Streams.Dsl.Source.From(Numbers(count)).Select(text => Text(text, Queue))
            .RunWith(AmqpSink.WithConfirms(Provider, new AmqpPublishSettings()), Materializer).WaitAsync(Soon);
}
