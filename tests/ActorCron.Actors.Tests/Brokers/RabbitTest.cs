using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Streams.Amqp;
using ActorCron.Tests.Fixtures;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>A broker under test on a RabbitMQ, with a plain client beside it.</summary>
public abstract class RabbitTest(RabbitMqServer server) : TestKit("akka { loglevel = WARNING, stdout-loglevel = WARNING }"), IAsyncLifetime
{
    /// <summary>Part of the name that RabbitMQ shows for the connections of the broker under test.</summary>
    protected const string UnderTest = "under-test";

    private readonly AmqpConnectionProvider _operator = new(AmqpConnectionSettings.FromUri(server.Uri.ToString()));
    private ActorMaterializer? _materializer;
    private PlainClient? _plain;

    protected RabbitMqServer Server => server;

    internal RabbitRunBroker Broker { get; } = new(Settings(server));

    internal PlainClient Plain => _plain!;

    protected ActorMaterializer Materializer => _materializer ??= Sys.Materializer();

    protected string Queue { get; } = $"q{Guid.NewGuid():N}";

    protected string Name => $"actorcron.jobs.{Queue}";

    public virtual async Task InitializeAsync()
    {
        await RabbitBroker.ClearAsync(server);
        _plain = await PlainClient.ConnectAsync(server.Uri);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (_plain is not null) await _plain.DisposeAsync();
        Materializer.Shutdown();
        await _operator.DisposeAsync();
        await Broker.DisposeAsync();
    }

    internal static RabbitMqBrokerSettings Settings(RabbitMqServer server) => new(
        AmqpConnectionSettings.FromUri(server.Uri.ToString()) with { ClientName = UnderTest });

    internal TestConsumer<RunDelivery> Consume(int credit = 10, string? queue = null) => new(Broker.Deliveries(queue ?? Queue, credit), Materializer);

    /// <summary>Of a RabbitMQ that has just come up: its queues may need a moment.</summary>
    internal TestConsumer<RunDelivery> ConsumeWhenItCan(int credit = 10) => new(
        RestartSource.OnFailuresWithBackoff(() => Broker.Deliveries(Queue, credit), RestartSettings.Create(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), 0))
            .MapMaterializedValue(_ => (IDeliveryControl)null!), Materializer);

    /// <summary>The reports, once they are listened to.</summary>
    internal async Task<TestConsumer<ResultDelivery>> Results()
    {
        var results = new TestConsumer<ResultDelivery>(Broker.Results(), Materializer);
        await Eventually(() => _operator.QueueDepthAsync(RabbitTopology.Results), depth => depth is { Consumers: 1 } || results.Ended.IsCompleted);
        return results;
    }

    /// <summary>A consumer that is at work: its queue is there.</summary>
    internal async Task<TestConsumer<RunDelivery>> Listening(int credit = 10)
    {
        var consumer = Consume(credit);
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Consumers: 1 });
        return consumer;
    }

    protected async Task<IReadOnlyList<DispatchOutcome>> Publish(params IEnumerable<DispatchItem> items) =>
        await Source.From(items).Via(Broker.Publish()).RunWith(Sink.Seq<DispatchOutcome>(), Materializer).WaitAsync(Soon);

    protected DispatchItem Run(string id, string? queue = null) => new(new RunSpec
    {
        Id = id,
        Schedule = id.Split('@')[0],
        User = "rob",
        Queue = queue ?? Queue,
        ScheduledFor = new DateTimeOffset(2026, 11, 24, 1, 15, 0, TimeSpan.Zero),
        Trigger = RunTrigger.Schedule,
        Job = new JobSpec("shell", """{"command":"make report"}"""),
        Timeout = TimeSpan.FromMinutes(7),
    }, 2, 17);
}
