using Akka.Streams.Dsl;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class OtherSourceTests(Broker broker) : AmqpTest(broker)
{
    [Fact]
    public async Task At_most_once_emits_only_what_the_broker_has_forgotten()
    {
        await PublishAsync(Numbers(300));

        var (control, first) = AmqpSource.AtMostOnce(Provider, Source(prefetch: 7))
            .Select(Text).Take(100).ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer);
        var seen = await first.WaitAsync(Soon);
        await control.Ended.WaitAsync(Soon);
        var rest = await Contents();

        Assert.Equal(Numbers(100), seen);
        // A few more may be lost with the source, none is left that was seen.
        Assert.InRange(rest.Count, 300 - 100 - 7 - 1, 200);
        Assert.Equal(Numbers(300).Skip(300 - rest.Count), rest);
    }

    [Fact]
    public async Task Every_temporary_queue_of_a_fanout_exchange_sees_everything()
    {
        var exchange = new ExchangeDeclaration($"{Queue}-fanout", ExchangeType.Fanout) { AutoDelete = true };
        await Provider.DeclareAsync([exchange]);

        var sources = Enumerable.Range(0, 4).Select(_ => AmqpSource.Temporary(Provider, exchange.Name)
            .Select(Text).Take(5).ToMaterialized(Sink.Seq<string>(), Keep.Both).Run(Materializer)).ToList();
        var queues = await Task.WhenAll(sources.Select(source => source.Item1.Ready)).WaitAsync(Soon);
        await Akka.Streams.Dsl.Source.From(Numbers(5)).Select(text => Text(text))
            .RunWith(AmqpSink.WithConfirms(Provider, new AmqpPublishSettings { Exchange = exchange.Name }), Materializer).WaitAsync(Soon);

        Assert.All(await Task.WhenAll(sources.Select(source => source.Item2)).WaitAsync(Soon), seen => Assert.Equal(Numbers(5), seen));
        Assert.Equal(4, queues.Distinct().Count());
        await Task.WhenAll(sources.Select(source => source.Item1.Ended)).WaitAsync(Soon);
        Assert.All(await Task.WhenAll(queues.Select(queue => Provider.QueueDepthAsync(queue))), Assert.Null);
    }

    [Fact]
    public async Task A_committable_temporary_queue_is_acknowledged_like_any_other()
    {
        var exchange = new ExchangeDeclaration($"{Queue}-topic", ExchangeType.Topic) { AutoDelete = true };
        var settings = AmqpSourceSettings.Temporary(exchange, new BindingDeclaration("", exchange.Name, "a.#"), new BindingDeclaration("", exchange.Name, "*.b"));

        var (control, seen) = AmqpSource.Committable(Provider, settings with { Prefetch = 1 })
            .SelectAsync(1, async message => (Text(message), await message.Ack()))
            .Take(3).ToMaterialized(Sink.Seq<(string Text, AckOutcome Outcome)>(), Keep.Both).Run(Materializer);
        await control.Ready.WaitAsync(Soon);
        Assert.IsType<PublishOutcome.Returned>(await Provider.PublishAsync(Text("c.c", "c.c") with { Exchange = exchange.Name }));
        foreach (var key in new[] { "a.x.y", "c.b", "a.b" })
            Assert.True((await Provider.PublishAsync(Text(key, key) with { Exchange = exchange.Name })).IsConfirmed);

        Assert.Equal([("a.x.y", AckOutcome.Done), ("c.b", AckOutcome.Done), ("a.b", AckOutcome.Done)], await seen.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_headers_exchange_routes_by_headers_and_an_exchange_can_feed_another()
    {
        var first = new ExchangeDeclaration($"{Queue}-headers", ExchangeType.Headers) { AutoDelete = true };
        var second = new ExchangeDeclaration($"{Queue}-direct", ExchangeType.Direct) { AutoDelete = true };
        await Provider.DeclareAsync(
        [
            first, second, new QueueDeclaration(Queue),
            new ExchangeBindingDeclaration(second.Name, first.Name)
            {
                Arguments = new Dictionary<string, object?> { ["x-match"] = "all", ["color"] = "red" },
            },
            new BindingDeclaration(Queue, second.Name, "key"),
        ]);

        Task<PublishOutcome> Publish(string color) => Provider.PublishAsync(Text(color, "key") with
        {
            Exchange = first.Name,
            Headers = new Dictionary<string, object?> { ["color"] = color },
        });
        Assert.True((await Publish("red")).IsConfirmed);
        Assert.IsType<PublishOutcome.Returned>(await Publish("blue"));

        Assert.Equal(["red"], await Contents());
    }

    [Fact]
    public async Task An_exclusive_consumer_is_refused_while_there_are_others()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        var holder = AmqpSource.Committable(Provider, Source()).ToMaterialized(Sink.Ignore<CommittableMessage>(), Keep.Left).Run(Materializer);
        await holder.Ready.WaitAsync(Soon);

        var refused = AmqpSource.Committable(Provider, Source() with { Exclusive = true })
            .ToMaterialized(Sink.Ignore<CommittableMessage>(), Keep.Left).Run(Materializer);

        var failure = await Assert.ThrowsAsync<AmqpTopologyException>(() => refused.Ready.WaitAsync(Soon));
        Assert.Equal(403, failure.ReplyCode);
        Assert.Contains("exclusive", failure.Message, StringComparison.Ordinal);
        await holder.DrainAsync();
    }
}
