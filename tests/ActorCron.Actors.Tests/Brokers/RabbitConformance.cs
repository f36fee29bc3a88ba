using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>RabbitMQ does what every broker does.</summary>
public abstract class RabbitConformance(RabbitBroker rabbit, AmqpQueueType type) : BrokerConformance
{
    private readonly RabbitRunBroker _broker = new(new RabbitMqBrokerSettings(AmqpConnectionSettings.FromUri(rabbit.Server.Uri.ToString())) { QueueType = type });

    protected override IRunBroker Broker => _broker;

    public override Task InitializeAsync() => RabbitBroker.ClearAsync(rabbit.Server);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Materializer.Shutdown();
        await _broker.DisposeAsync();
    }
}

[Collection(RabbitCollection.Name)]
public sealed class QuorumRunBrokerTests(RabbitBroker rabbit) : RabbitConformance(rabbit, AmqpQueueType.Quorum);

[Collection(RabbitCollection.Name)]
public sealed class ClassicRunBrokerTests(RabbitBroker rabbit) : RabbitConformance(rabbit, AmqpQueueType.Classic);
