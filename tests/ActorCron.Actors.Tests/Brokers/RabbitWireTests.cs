using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>What a program in another language sees (contract section 8).</summary>
[Collection(RabbitCollection.Name)]
public sealed class RabbitWireTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server)
{
    [Fact]
    public async Task Exchanges_and_queues_are_as_the_contract_says()
    {
        await Publish(Run("a"));
        await Results();

        // The broker refuses what is not exactly alike.
        await Plain.Channel.ExchangeDeclareAsync("actorcron.jobs", ExchangeType.Direct, durable: true);
        await Plain.Channel.ExchangeDeclareAsync("actorcron.results", ExchangeType.Direct, durable: true);
        await Plain.Channel.ExchangeDeclareAsync("actorcron.dead", ExchangeType.Fanout, durable: true);
        await Plain.Channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 20, ["x-dead-letter-exchange"] = "actorcron.dead",
        });
        await Plain.Channel.QueueDeclarePassiveAsync("actorcron.dead");
        await Plain.Channel.QueueDeclarePassiveAsync("actorcron.results");
    }

    [Fact]
    public async Task What_is_published_by_the_names_of_the_contract_reaches_its_queue()
    {
        await Publish(Run("a"));
        await Results();

        // Each comes back unless a queue takes it.
        await Plain.SendAsync(Queue, "{}");
        await Plain.ReportAsync("{}");
        await Plain.Channel.BasicPublishAsync("actorcron.dead", "any", true, new BasicProperties(), "{}"u8.ToArray());
    }

    [Fact]
    public async Task A_job_message_carries_the_properties_and_the_body_of_the_contract()
    {
        await Publish(Run("reports/nightly@2026-11-24T01:15Z"));

        var message = await Plain.TakeAsync(Name);

        var properties = message.BasicProperties;
        Assert.Equal(("actorcron.jobs", Queue), (message.Exchange, message.RoutingKey));
        Assert.Equal(DeliveryModes.Persistent, properties.DeliveryMode);
        Assert.Equal("application/json", properties.ContentType);
        Assert.Equal("actorcron.job", properties.Type);
        Assert.Equal("reports/nightly@2026-11-24T01:15Z", properties.MessageId);
        Assert.InRange(properties.Timestamp.UnixTime, 1_700_000_000, 9_000_000_000);
        Assert.Equal(1, properties.Headers!["actorcron-version"]);
        Assert.True(ActivityContext.TryParse(PlainClient.Header(properties, "traceparent"), null, out _));
        Assert.Equal(
            """{"runId":"reports/nightly@2026-11-24T01:15Z","schedule":"reports/nightly","user":"rob","scheduledFor":"2026-11-24T01:15:00.000Z","trigger":"schedule","attempt":2,"timeoutSeconds":420,"fence":17,"job":{"type":"shell","params":{"command":"make report"}}}""",
            Encoding.UTF8.GetString(message.Body.Span));
    }

    [Fact]
    public async Task The_trace_of_the_schedule_goes_on_in_the_message_and_in_the_delivery()
    {
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var traced = Run("a");

        await Publish(traced with { Spec = traced.Spec with { TraceParent = trace } });

        Assert.Equal(trace, (await Consume(1).Next()).Spec.TraceParent);
    }

    [Fact]
    public async Task The_exchange_the_queue_type_and_the_delivery_mode_can_be_chosen()
    {
        var exchange = $"x{Guid.NewGuid():N}";
        await using var other = new RabbitMq.RabbitRunBroker(Settings(Server) with
        {
            Exchange = exchange, ExchangeType = "topic", QueueType = Streams.Amqp.AmqpQueueType.Quorum, Persistent = false,
        });
        await Akka.Streams.Dsl.Source.Single(Run("a")).Via(other.Publish())
            .RunWith(Akka.Streams.Dsl.Sink.Seq<Actors.Brokers.DispatchOutcome>(), Materializer).WaitAsync(Soon);

        var message = await Plain.TakeAsync($"{exchange}.{Queue}");

        Assert.Equal(exchange, message.Exchange);
        Assert.Equal(DeliveryModes.Transient, message.BasicProperties.DeliveryMode);
        await Plain.Channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true);
    }

    [Fact]
    public async Task A_dead_letter_is_the_whole_message_with_its_reason_and_its_queue()
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, """{"job":{"type":"nobody","params":{}}}""", new BasicProperties
        {
            MessageId = "m-1", Type = "actorcron.job", CorrelationId = "c-1", ContentType = "application/json",
            Headers = new Dictionary<string, object?> { ["actorcron-version"] = 1, ["x-mine"] = "kept", ["list"] = new List<object?> { 1, "two" } },
        });

        await (await consumer.Next()).DeadLetterAsync("unknown job type\n'nobody'");

        var dead = await Plain.TakeAsync("actorcron.dead");
        Assert.Equal(("m-1", "c-1", "actorcron.job", DeliveryModes.Persistent), (dead.BasicProperties.MessageId, dead.BasicProperties.CorrelationId, dead.BasicProperties.Type, dead.BasicProperties.DeliveryMode));
        Assert.Equal(Queue, dead.RoutingKey);
        Assert.Equal("unknown job type 'nobody'", PlainClient.Header(dead.BasicProperties, "actorcron-reason"));
        Assert.Equal(Name, PlainClient.Header(dead.BasicProperties, "actorcron-queue"));
        Assert.Equal("kept", PlainClient.Header(dead.BasicProperties, "x-mine"));
        Assert.Equal("""{"job":{"type":"nobody","params":{}}}""", Encoding.UTF8.GetString(dead.Body.Span));
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 0, Dead: 0 });
    }

    [Fact]
    public async Task A_node_holds_two_connections_however_many_queues_it_serves()
    {
        var queues = Enumerable.Range(0, 12).Select(i => $"{Queue}-{i}").ToList();
        await Publish(queues.Select(queue => Run("r", queue)));
        foreach (var queue in queues) await Consume(2, queue).Next();
        await Results();
        await Broker.PingAsync(default);

        var connections = await Server.RunCtlAsync("list_connections", "client_properties");

        Assert.Equal(2, connections.Split('\n').Count(line => line.Contains(UnderTest, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_body_in_json_of_any_spelling_is_read()
    {
        var consumer = await Listening();
        var body = JsonSerializer.Serialize(new { unknown = new { deep = new[] { 1, 2 } }, job = new { type = "noop", @params = new { }, more = 1 } });

        await Plain.SendAsync(Queue, body);

        Assert.Equal("noop", (await consumer.Next()).Spec.Job.Type);
    }
}
