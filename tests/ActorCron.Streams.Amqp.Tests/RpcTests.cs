using System.Text;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class RpcTests(Broker broker) : AmqpTest(broker)
{
    [Fact]
    public async Task Each_request_gets_its_own_answer()
    {
        await using var server = await Answering(question => [$"{question}a"]);

        var (replyQueue, answers) = Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 200))
            .Select(i => (Text($"{i}"), i))
            .ViaMaterialized(AmqpRpcFlow.Create<int>(Provider, Settings), Keep.Right)
            .Select(each => (each.Context, Text: Text(Assert.IsType<RpcOutcome.Replied>(each.Outcome).Message)))
            .ToMaterialized(Sink.Seq<(int Context, string Text)>(), Keep.Both).Run(Materializer);

        var all = await answers.WaitAsync(Soon);
        Assert.Equal(200, all.Count);
        Assert.All(all, each => Assert.Equal($"{each.Context}a", each.Text));
        Assert.StartsWith("amq.gen-", await replyQueue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_answers_to_a_request_are_counted()
    {
        await using var server = await Answering(question => [$"{question}a", $"{question}b"]);

        var all = await Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 5))
            .Select(i => (Text($"{i}"), i))
            .Via(AmqpRpcFlow.Create<int>(Provider, Settings with { RepliesPerRequest = 2 }))
            .Select(each => (each.Context, Reply: Assert.IsType<RpcOutcome.Replied>(each.Outcome)))
            .RunWith(Sink.Seq<(int Context, RpcOutcome.Replied Reply)>(), Materializer).WaitAsync(Soon);

        Assert.Equal(10, all.Count);
        for (var i = 0; i < 5; i++)
        {
            var mine = all.Where(each => each.Context == i).Select(each => each.Reply).ToList();
            Assert.Equal([$"{i}a", $"{i}b"], mine.Select(reply => Text(reply.Message)));
            Assert.Equal([false, true], mine.Select(reply => reply.IsLast));
        }
    }

    [Fact]
    public async Task Answers_can_be_acknowledged_by_the_stream()
    {
        await using var server = await Answering(question => [question]);

        var outcomes = await Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 10))
            .Select(i => (Text($"{i}"), i))
            .Concat(Akka.Streams.Dsl.Source.Never<(OutgoingMessage, int)>())
            .Via(AmqpRpcFlow.Create<int>(Provider, Settings with { AcknowledgeReplies = false, Publish = Settings.Publish with { Window = 3 } }))
            .SelectAsync(1, each => Assert.IsType<RpcOutcome.Replied>(each.Outcome).Message.Ack())
            .Take(10)
            .RunWith(Sink.Seq<AckOutcome>(), Materializer).WaitAsync(Soon);

        Assert.All(outcomes, outcome => Assert.Equal(AckOutcome.Done, outcome));
    }

    [Fact]
    public async Task A_request_nobody_takes_and_one_nobody_answers_are_outcomes()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);

        var all = await Akka.Streams.Dsl.Source.From<(OutgoingMessage, string)>([(Text("?", "nobody"), "unroutable"), (Text("?", Queue), "unanswered")])
            .Via(AmqpRpcFlow.Create<string>(Provider, Settings with { ReplyTimeout = ALittle }))
            .RunWith(Sink.Seq<(RpcOutcome Outcome, string Context)>(), Materializer).WaitAsync(Soon);

        Assert.Equal(
            [("unroutable", new RpcOutcome.NotSent(new PublishOutcome.Returned(312, "NO_ROUTE"))), ("unanswered", new RpcOutcome.TimedOut(0))],
            all.Select(each => (each.Context, each.Outcome)));
    }

    [Fact]
    public async Task A_correlation_id_of_ones_own_is_kept_and_may_not_be_open_twice()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        var request = Text("?", Queue) with { CorrelationId = "mine" };

        var all = await Akka.Streams.Dsl.Source.From<(OutgoingMessage, int)>([(request, 1), (request, 2)])
            .Via(AmqpRpcFlow.Create<int>(Provider, Settings with { ReplyTimeout = ALittle }))
            .RunWith(Sink.Seq<(RpcOutcome Outcome, int Context)>(), Materializer).WaitAsync(Soon);

        Assert.IsType<PublishOutcome.Invalid>(Assert.IsType<RpcOutcome.NotSent>(all.Single(each => each.Context == 2).Outcome).Why);
        Assert.Equal("mine", (await Provider.PeekAsync(Queue, 5)).Single().Properties.CorrelationId);
    }

    [Fact]
    public async Task Without_requests_the_flow_completes()
    {
        var all = await Akka.Streams.Dsl.Source.Empty<(OutgoingMessage, int)>()
            .Via(AmqpRpcFlow.Create<int>(Provider, Settings))
            .RunWith(Sink.Seq<(RpcOutcome, int)>(), Materializer).WaitAsync(Soon);

        Assert.Empty(all);
    }

    [Fact]
    public async Task An_answer_without_reply_to_fails_the_sink_or_is_left_out_as_asked()
    {
        var incoming = Akka.Streams.Dsl.Source.From(["a"]).Select(text => Text(text));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => incoming.RunWith(AmqpSink.ReplyTo(Provider), Materializer).WaitAsync(Soon));
        Assert.IsType<InvalidOperationException>((failure as AggregateException)?.InnerException ?? failure);
        await incoming.RunWith(AmqpSink.ReplyTo(Provider, failIfReplyToMissing: false), Materializer).WaitAsync(Soon);
    }

    [Fact]
    public async Task Answers_to_an_asker_that_is_gone_do_not_stop_the_others()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        var answers = new[] { "amq.gen-gone", Queue }.Select(queue => Text("answer") with { ReplyTo = queue });

        await Akka.Streams.Dsl.Source.From(answers).RunWith(AmqpSink.ReplyTo(Provider), Materializer).WaitAsync(Soon);

        Assert.Equal(["answer"], await Contents());
    }

    // Enough for the broker to say that it did not take a request, before nobody's answer is given up.
    private static readonly TimeSpan ALittle = TimeSpan.FromSeconds(2);

    private AmqpRpcSettings Settings => new() { Publish = new AmqpPublishSettings { RoutingKey = Queue } };

    private async Task<Answers> Answering(Func<string, string[]> answer)
    {
        var control = AmqpSource.Committable(Provider, Source())
            .SelectAsync(1, async message =>
            {
                await message.Ack();
                return answer(Text(message)).Select(text => message.Reply(Encoding.UTF8.GetBytes(text)));
            })
            .SelectMany(replies => replies)
            .ToMaterialized(AmqpSink.ReplyTo(Provider), Keep.Left).Run(Materializer);
        await control.Ready.WaitAsync(Soon);
        return new Answers(control);
    }

    private sealed class Answers(AmqpSourceControl control) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => Assert.Equal(DrainOutcome.Settled, await control.DrainAsync().WaitAsync(Soon));
    }
}
