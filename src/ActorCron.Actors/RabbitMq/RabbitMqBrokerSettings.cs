using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>How runs travel over RabbitMQ. What is not said here is as contract section 8 has it.</summary>
/// <param name="Connection">How the broker is reached.</param>
public sealed record RabbitMqBrokerSettings(AmqpConnectionSettings Connection)
{
    /// <summary>The exchange of jobs; it also names their queues: <c>&lt;exchange&gt;.&lt;queue&gt;</c>. At most 150 bytes.</summary>
    public string Exchange { get; init; } = "actorcron.jobs";

    /// <summary><c>direct</c> or <c>topic</c>.</summary>
    public string ExchangeType { get; init; } = "direct";

    /// <summary>How the broker keeps the queues: replicated, or on one node.</summary>
    public AmqpQueueType QueueType { get; init; } = AmqpQueueType.Quorum;

    /// <summary>Whether job messages survive a restart of the broker (delivery mode 2). Those of quorum queues always do.</summary>
    public bool Persistent { get; init; } = true;

    /// <summary>How often a quorum queue hands out a job message again before it is a dead letter.</summary>
    public int DeliveryLimit { get; init; } = 20;

    /// <summary>Reports of outside workers held at a time, and not yet stored.</summary>
    public ushort ResultsPrefetch { get; init; } = 64;
}
