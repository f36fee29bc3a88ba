using System.Security.Cryptography;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Hosting.Configuration;
using ActorCron.Streams.Amqp;

namespace ActorCron.Hosting.Running;

/// <summary>The broker that the configuration names. Nothing is connected to yet: a node also starts while its broker is away.</summary>
internal static class BrokerWiring
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public static IRunBroker Broker(NodeSettings settings) => settings.Broker.Kind switch
    {
        BrokerKind.Embedded => new EmbeddedBroker(),
        BrokerKind.RabbitMq => new RabbitRunBroker(RabbitMqSettingsOf(settings.Broker.RabbitMq)),
        var unknown => throw new ArgumentOutOfRangeException(nameof(settings), unknown, "Unknown broker kind."),
    };

    private static RabbitMqBrokerSettings RabbitMqSettingsOf(RabbitMqSettings settings) => new(ConnectionOf(settings))
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

    private static AmqpConnectionSettings ConnectionOf(RabbitMqSettings settings)
    {
        try
        {
            var connection = AmqpConnectionSettings.FromUri(settings.Uri.OriginalString) with { ClientName = "actorcron", ConnectTimeout = ConnectTimeout };
            return connection.Tls is null && !settings.Tls.Enabled ? connection : connection with { Tls = TlsOf(settings.Tls) };
        }
        catch (FormatException cause)
        {
            throw new NodeStartException($"actorcron.broker.rabbitmq.uri: {cause.Message}", cause);
        }
    }

    private static AmqpTls TlsOf(RabbitMqTlsSettings tls)
    {
        try
        {
            var files = AmqpTls.FromPemFiles(NullIfEmpty(tls.Ca), NullIfEmpty(tls.Cert), NullIfEmpty(tls.Key));
            return files with { ServerName = NullIfEmpty(tls.ServerName) };
        }
        catch (Exception cause) when (cause is ArgumentException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NodeStartException($"actorcron.broker.rabbitmq.tls: {cause.Message}", cause);
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
