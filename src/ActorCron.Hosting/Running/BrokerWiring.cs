using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Hosting.Configuration;
using ActorCron.Streams.Amqp;

namespace ActorCron.Hosting.Running;

/// <summary>The broker that the configuration names. Nothing is connected to yet: a node also starts while its broker is away.</summary>
internal static class BrokerWiring
{
    public static IRunBroker Broker(NodeSettings settings) => settings.Broker.Kind switch
    {
        BrokerKind.Embedded => new EmbeddedBroker(),
        BrokerKind.RabbitMq => new RabbitRunBroker(RabbitMqSettingsOf(settings.Broker.RabbitMq)),
        var unknown => throw new ArgumentOutOfRangeException(nameof(settings), unknown, "Unknown broker kind."),
    };

    private static RabbitMqBrokerSettings RabbitMqSettingsOf(RabbitMqSettings settings) => new(settings.Connection)
    {
        Exchange = settings.Exchange,
        ExchangeType = settings.ExchangeType switch
        {
            ExchangeType.Direct => "direct",
            ExchangeType.Topic => "topic",
            var unknown => throw new ArgumentOutOfRangeException(nameof(settings), unknown, "Unknown exchange type."),
        },
        QueueType = settings.QueueType switch
        {
            QueueType.Quorum => AmqpQueueType.Quorum,
            QueueType.Classic => AmqpQueueType.Classic,
            var unknown => throw new ArgumentOutOfRangeException(nameof(settings), unknown, "Unknown queue type."),
        },
        Persistent = settings.DeliveryMode == 2,
        DeliveryLimit = settings.DeliveryLimit,
        ResultsPrefetch = settings.Prefetch,
    };
}
