using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>How the broker keeps a queue.</summary>
public enum AmqpQueueType
{
    /// <summary>On one node.</summary>
    Classic,

    /// <summary>Replicated; counts deliveries. Durable always.</summary>
    Quorum,

    /// <summary>A log that many read, each at its own place (<c>x-stream-offset</c>). Durable always.</summary>
    Stream,
}

/// <summary>A queue.</summary>
/// <param name="Name">Its name, at most 255 bytes. Not empty: for a queue named by the broker see <see cref="AmqpSource.Temporary"/>.</param>
public sealed record QueueDeclaration(string Name) : AmqpDeclaration
{
    /// <summary>Its type; null leaves the choice to the broker (classic, unless the virtual host says otherwise).</summary>
    public AmqpQueueType? Type { get; init; }

    /// <summary>Survives a restart of the broker.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>For this connection alone, and gone with it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Gone when its last consumer is.</summary>
    public bool AutoDelete { get; init; }

    /// <summary>Only checks that it exists: the operator owns the topology. Nothing else of the declaration is compared.</summary>
    public bool Passive { get; init; }

    /// <summary>Exchange for messages that are rejected, expired, over the length or over the delivery limit; <c>""</c> is the default exchange.</summary>
    public string? DeadLetterExchange { get; init; }

    /// <summary>Routing key for them; null keeps each message's own.</summary>
    public string? DeadLetterRoutingKey { get; init; }

    /// <summary>How often a quorum queue returns a message before it is a dead letter.</summary>
    public long? DeliveryLimit { get; init; }

    /// <summary>How many ready messages it holds at most.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Beyond <see cref="MaxLength"/> refuse new messages (their publishers see <see cref="PublishOutcome.Nacked"/>) instead of dropping old ones.</summary>
    public bool RejectPublishWhenFull { get; init; }

    /// <summary>How long a message may wait, to the millisecond.</summary>
    public TimeSpan? MessageTimeToLive { get; init; }

    /// <summary>Gives all messages to one consumer while it lives.</summary>
    public bool SingleActiveConsumer { get; init; }

    internal override string Subject => $"queue '{Name}'";

    internal override async Task DeclareAsync(IChannel channel, CancellationToken token)
    {
        if (Name.Length == 0) throw new ArgumentException("A declared queue needs a name; use AmqpSource.Temporary for one named by the broker.");
        if (Passive)
        {
            await channel.QueueDeclarePassiveAsync(Name, token);
            return;
        }
        await channel.QueueDeclareAsync(Name, Durable, Exclusive, AutoDelete, AllArguments(
            ("x-queue-type", Type?.ToString().ToLowerInvariant()),
            ("x-dead-letter-exchange", DeadLetterExchange),
            ("x-dead-letter-routing-key", DeadLetterRoutingKey),
            ("x-delivery-limit", DeliveryLimit),
            ("x-max-length", MaxLength),
            ("x-overflow", RejectPublishWhenFull ? "reject-publish" : null),
            ("x-message-ttl", MessageTimeToLive is { } ttl ? (long)ttl.TotalMilliseconds : null),
            ("x-single-active-consumer", SingleActiveConsumer ? true : null)), passive: false, noWait: false, token);
    }
}
