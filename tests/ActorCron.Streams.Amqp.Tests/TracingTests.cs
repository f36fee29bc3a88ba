using System.Diagnostics;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class TracingTests(Broker broker) : AmqpTest(broker)
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task The_context_of_an_activity_travels_with_the_message()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        using var activity = new Activity("schedule").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        await Publish(Text("x", Queue).WithTrace());
        activity.Stop();

        var context = Assert.NotNull((await Receive()).Trace());

        Assert.Equal(activity.TraceId, context.TraceId);
        Assert.Equal(activity.SpanId, context.SpanId);
        Assert.Equal("vendor=1", context.TraceState);
        Assert.True(context.IsRemote);
    }

    [Fact]
    public async Task A_stored_context_is_carried_and_a_missing_or_broken_one_reads_as_none()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        await Publish(Text("x", Queue).WithTrace(Parent));
        Assert.Equal("b7ad6b7169203331", Assert.NotNull((await Receive()).Trace()).SpanId.ToHexString());

        await Publish(Text("x", Queue));
        Assert.Null((await Receive()).Trace());
        await Publish(Text("x", Queue).WithTrace("not a traceparent"));
        Assert.Null((await Receive()).Trace());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_clients_own_activity_continues_the_trace_of_the_message(bool stillRunning)
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue)]);
        var published = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "RabbitMQ.Client.Publisher",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("messaging.rabbitmq.destination.routing_key"), Queue)) published.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var activity = new Activity("schedule").SetIdFormat(ActivityIdFormat.W3C).Start();
        var message = Text("x", Queue).WithTrace();
        if (!stillRunning) activity.Stop();

        await Publish(message);
        activity.Stop();

        var context = Assert.NotNull((await Receive()).Trace());
        var span = Assert.Single(published);
        Assert.Equal(activity.TraceId, span.TraceId);
        // What the receiver gets as parent is the client's span, not a second one of ours.
        Assert.Equal(span.SpanId, context.SpanId);
        if (stillRunning) Assert.Equal(activity.SpanId, span.ParentSpanId);
    }

    private Task Publish(OutgoingMessage message) => Akka.Streams.Dsl.Source.Single(message)
        .RunWith(AmqpSink.WithConfirms(Provider, new AmqpPublishSettings()), Materializer).WaitAsync(Soon);

    private Task<IncomingMessage> Receive() => AmqpSource.AtMostOnce(Provider, new AmqpSourceSettings(Queue) { Prefetch = 1 })
        .RunWith(Sink.First<IncomingMessage>(), Materializer).WaitAsync(Soon);
}
