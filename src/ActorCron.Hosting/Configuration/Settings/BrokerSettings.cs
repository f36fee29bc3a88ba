using ActorCron.Streams.Amqp;

namespace ActorCron.Hosting.Configuration;

public enum BrokerKind { Embedded, RabbitMq }

public enum ExchangeType { Direct, Topic }

public enum QueueType { Quorum, Classic }

/// <summary>How runs get from the scheduler to the workers.</summary>
public sealed record BrokerSettings(BrokerKind Kind, RabbitMqSettings RabbitMq);

/// <summary>The connection and topology of RabbitMQ.</summary>
public sealed record RabbitMqSettings
{
    /// <summary>How the broker is reached, by <c>uri</c> and <c>tls</c>; holds a password.</summary>
    public required AmqpConnectionSettings Connection { get; init; }
    public required string Exchange { get; init; }
    public required ExchangeType ExchangeType { get; init; }
    public required QueueType QueueType { get; init; }
    /// <summary>2 survives a restart of the broker, 1 does not.</summary>
    public required byte DeliveryMode { get; init; }
    /// <summary>Unacknowledged messages a consumer may hold.</summary>
    public required ushort Prefetch { get; init; }
    /// <summary>How often a quorum queue hands out one message before it is dead.</summary>
    public required int DeliveryLimit { get; init; }
    public required RabbitMqTlsSettings Tls { get; init; }

    /// <summary>The address with its password as <c>***</c>, for logs.</summary>
    public string SafeUri => Connection.ToString().Replace("://", $"://{Connection.Credentials.UserName}:***@", StringComparison.Ordinal);

    public override string ToString() => $"rabbitmq {SafeUri}";
}

/// <summary>TLS towards RabbitMQ.</summary>
/// <param name="Enabled">Also on where the URI says <c>amqps</c>.</param>
/// <param name="Ca">A PEM file with the authorities to trust; empty for the machine's.</param>
/// <param name="Cert">A PEM file with the client certificate; empty for none.</param>
/// <param name="Key">A PEM file with its private key.</param>
/// <param name="ServerName">The name that the broker's certificate must carry; empty for the URI's host.</param>
public sealed record RabbitMqTlsSettings(bool Enabled, string Ca, string Cert, string Key, string ServerName);
