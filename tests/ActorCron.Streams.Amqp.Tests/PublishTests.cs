using ActorCron.Tests.Fixtures;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class PublishTests(Broker broker) : AmqpTest(broker)
{
    [Theory]
    [InlineData(AmqpQueueType.Classic)]
    [InlineData(AmqpQueueType.Quorum)]
    public async Task Every_message_is_confirmed_in_order_with_its_context(AmqpQueueType type)
    {
        var outcomes = await Outcomes(Numbers(3000).Select(text => Text(text)), ToQueue(type) with { Window = 100 });

        Assert.All(outcomes, outcome => Assert.True(outcome.Outcome.IsConfirmed));
        Assert.Equal(Enumerable.Range(0, 3000), outcomes.Select(outcome => outcome.Context));
        await QueueHolds(3000);
    }

    [Fact]
    public async Task Mandatory_messages_that_no_queue_takes_are_returned_and_the_others_confirmed()
    {
        var messages = Enumerable.Range(0, 200).Select(i => Text($"{i}", i % 3 == 0 ? "nobody" : Queue));

        var outcomes = await Outcomes(messages, ToQueue());

        Assert.Equal(200, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.Equal(
            outcome.Context % 3 == 0 ? new PublishOutcome.Returned(312, "NO_ROUTE") : PublishOutcome.Confirmed.Instance, outcome.Outcome));
    }

    [Fact]
    public async Task Without_mandatory_an_unroutable_message_is_confirmed_and_gone()
    {
        var outcomes = await Outcomes([Text("lost", "nobody") with { Mandatory = false }], ToQueue());

        Assert.True(Assert.Single(outcomes).Outcome.IsConfirmed);
    }

    [Theory]
    [InlineData(AmqpQueueType.Classic)]
    [InlineData(AmqpQueueType.Quorum)]
    public async Task A_full_queue_nacks_and_the_stream_goes_on(AmqpQueueType type)
    {
        var full = new QueueDeclaration(Queue) { Type = type, MaxLength = 10, RejectPublishWhenFull = true };
        var free = new QueueDeclaration($"{Queue}-free");

        // One at a time, as a quorum queue notices its length a little late.
        var outcomes = await Outcomes(
            Numbers(50).Select(text => Text(text)).Append(Text("free", free.Name)),
            new AmqpPublishSettings { RoutingKey = Queue, Declarations = [full, free], Window = 1 });

        Assert.Equal(51, outcomes.Count);
        Assert.All(outcomes.Take(10), outcome => Assert.True(outcome.Outcome.IsConfirmed));
        Assert.IsType<PublishOutcome.Nacked>(outcomes[49].Outcome);
        Assert.True(outcomes[50].Outcome.IsConfirmed);
        // Confirmed is what is there, nothing else.
        Assert.Equal(await Contents(), outcomes.Take(50).Where(outcome => outcome.Outcome.IsConfirmed).Select(outcome => $"{outcome.Context}"));
    }

    [Fact]
    public async Task A_message_that_cannot_be_encoded_is_an_outcome_and_the_rest_is_published()
    {
        var bad = Text("bad") with { Headers = new Dictionary<string, object?> { ["x"] = new Version(1, 0) } };
        var tooLong = Text("too long", new string('k', 300));

        var outcomes = await Outcomes([Text("0"), bad, tooLong, Text("3"), Text("4", "nobody")], ToQueue());

        Assert.Equal(
            [typeof(PublishOutcome.Confirmed), typeof(PublishOutcome.Invalid), typeof(PublishOutcome.Invalid), typeof(PublishOutcome.Confirmed), typeof(PublishOutcome.Returned)],
            outcomes.Select(outcome => outcome.Outcome.GetType()));
        Assert.Equal(["0", "3"], await Contents());
    }

    [Fact]
    public async Task The_window_bounds_what_is_in_flight()
    {
        var taken = 0;
        var downstream = Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 100))
            .Select(i => (Text($"{i}"), taken = i + 1))
            .Via(AmqpFlow.WithConfirms<int>(Provider, ToQueue() with { Window = 4 }))
            .RunWith(this.SinkProbe<(PublishOutcome Outcome, int Context)>(), Materializer);
        downstream.EnsureSubscription();

        // Four are sent and confirmed, and nobody takes the outcomes.
        await QueueHolds(4);
        downstream.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Assert.Equal(4, Volatile.Read(ref taken));

        Assert.Equal([1, 2, 3], downstream.Request(3).ExpectNextN(3).Select(each => each.Context));
        await QueueHolds(7);
        Assert.Equal(7, Volatile.Read(ref taken));
        downstream.Cancel();
    }

    [Fact]
    public async Task No_confirm_in_time_is_an_outcome()
    {
        // A broker that is frozen answers nothing and closes nothing.
        await using var server = await RabbitMqServer.StartAsync();
        await using var provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(server.Uri.ToString()));
        // Enough for what is confirmed before and returned afterwards.
        var confirmTimeout = TimeSpan.FromSeconds(5);
        var (upstream, downstream) = this.SourceProbe<(OutgoingMessage, int)>()
            .Via(AmqpFlow.WithConfirms<int>(provider, ToQueue() with { ConfirmTimeout = confirmTimeout }))
            .ToMaterialized(this.SinkProbe<(PublishOutcome Outcome, int Context)>(), Keep.Both)
            .Run(Materializer);
        upstream.SendNext((Text("0"), 0));
        Assert.True(downstream.RequestNext(Soon).Outcome.IsConfirmed);

        await server.PauseAsync();
        upstream.SendNext((Text("1"), 1));
        Assert.IsType<PublishOutcome.TimedOut>(downstream.RequestNext(Soon).Outcome);
        await server.ResumeAsync();

        // The late confirm is not taken for the next message's.
        upstream.SendNext((Text("2", "nobody"), 2));
        Assert.Equal((new PublishOutcome.Returned(312, "NO_ROUTE"), 2), downstream.RequestNext(Soon));
        downstream.Cancel();
    }

    [Fact]
    public async Task An_empty_upstream_completes_flow_and_sinks()
    {
        Assert.Empty(await Outcomes([], ToQueue()));
        await Akka.Streams.Dsl.Source.Empty<OutgoingMessage>().RunWith(AmqpSink.WithConfirms(Provider, ToQueue()), Materializer).WaitAsync(Soon);
        await Akka.Streams.Dsl.Source.Empty<OutgoingMessage>().RunWith(AmqpSink.ReplyTo(Provider), Materializer).WaitAsync(Soon);
    }

    [Fact]
    public async Task A_failure_from_upstream_is_passed_on_after_the_outcomes_of_what_came_before()
    {
        var downstream = Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 4))
            .Select(i => i < 3 ? (Text($"{i}"), i) : throw new FormatException("upstream broke"))
            .Via(AmqpFlow.WithConfirms<int>(Provider, ToQueue()))
            .RunWith(this.SinkProbe<(PublishOutcome Outcome, int Context)>(), Materializer);
        downstream.Request(10);

        Assert.Equal([0, 1, 2], downstream.ExpectNextN(3).Select(each => each.Context));
        Assert.Equal("upstream broke", Assert.IsType<FormatException>(downstream.ExpectError()).Message);
        await QueueHolds(3);
    }

    [Fact]
    public async Task A_sink_fails_at_the_first_message_that_is_not_confirmed()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Akka.Streams.Dsl.Source.From(["a", "b"])
            .Select(text => Text(text, "nobody")).RunWith(AmqpSink.WithConfirms(Provider, ToQueue()), Materializer).WaitAsync(Soon));

        Assert.IsType<PublishOutcome.Returned>(Assert.IsType<AmqpPublishException>((failure as AggregateException)?.InnerException ?? failure).Outcome);
    }

    [Fact]
    public async Task A_missing_exchange_costs_the_channel_and_every_message_hears_of_it()
    {
        var (ready, result) = Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 5))
            .Select(i => (Text($"{i}") with { Exchange = "no-such-exchange" }, i))
            .ViaMaterialized(AmqpFlow.WithConfirms<int>(Provider, ToQueue()), Keep.Right)
            .Select(each => (Result: each.Outcome, Failure: (Exception?)null))
            .Recover(e => (PublishOutcome.Nacked.Instance, e))
            .ToMaterialized(Sink.Seq<(PublishOutcome Result, Exception? Failure)>(), Keep.Both).Run(Materializer);
        await ready.WaitAsync(Soon);

        var all = await result.WaitAsync(Soon);
        Assert.All(all.SkipLast(1), each => Assert.Contains("no-such-exchange", Assert.IsType<PublishOutcome.Lost>(each.Result).Reason, StringComparison.Ordinal));
        Assert.Equal(404, Assert.IsType<AmqpChannelClosedException>(all[^1].Failure).ReplyCode);
    }

    [Fact]
    public async Task A_topic_exchange_routes_by_each_messages_own_key()
    {
        var settings = new AmqpPublishSettings
        {
            Exchange = $"{Queue}-topic",
            Declarations =
            [
                new ExchangeDeclaration($"{Queue}-topic", ExchangeType.Topic) { AutoDelete = true },
                new QueueDeclaration(Queue),
                new BindingDeclaration(Queue, $"{Queue}-topic", "key.*"),
            ],
        };

        var outcomes = await Outcomes(Enumerable.Range(0, 6).Select(i => Text($"{i}", i % 2 == 0 ? $"key.{i}" : $"other.{i}")), settings);

        Assert.Equal([true, false, true, false, true, false], outcomes.Select(outcome => outcome.Outcome.IsConfirmed));
        Assert.Equal(["0", "2", "4"], await Contents());
        Assert.Equal(["key.0", "key.2", "key.4"], (await Provider.PeekAsync(Queue, 10)).Select(message => message.RoutingKey));
    }

    [Fact]
    public async Task Priority_and_expiration_are_each_messages_own()
    {
        var ranked = new QueueDeclaration(Queue) { Arguments = new Dictionary<string, object?> { ["x-max-priority"] = 9 } };
        var plain = new QueueDeclaration($"{Queue}-plain");

        await Outcomes(
        [
            Text("low") with { Priority = 1 },
            Text("high") with { Priority = 8 },
            Text("gone", plain.Name) with { Expiration = TimeSpan.FromMilliseconds(1) },
        ], new AmqpPublishSettings { RoutingKey = Queue, Declarations = [ranked, plain] });

        Assert.Equal(["high", "low"], await Contents());
        await Eventually(() => Provider.QueueDepthAsync(plain.Name), depth => depth?.Messages == 0);
    }

    private async Task<IReadOnlyList<(PublishOutcome Outcome, int Context)>> Outcomes(IEnumerable<OutgoingMessage> messages, AmqpPublishSettings settings) =>
        await Akka.Streams.Dsl.Source.From(messages).ZipWithIndex().Select(pair => (pair.Item1, (int)pair.Item2))
            .Via(AmqpFlow.WithConfirms<int>(Provider, settings))
            .RunWith(Sink.Seq<(PublishOutcome Outcome, int Context)>(), Materializer).WaitAsync(Soon);
}
