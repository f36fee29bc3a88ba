using ActorCron.Core.Text;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads <c>actorcron.broker</c>. No message repeats the URI: it may hold a password.</summary>
internal static class BrokerSettingsReader
{
    private const string Section = "actorcron.broker.rabbitmq.";
    private const int LongestAmqpName = 255;
    private const int LongestExchange = LongestAmqpName - 1 - NameSyntax.MaxName;
    private static readonly Uri Nowhere = new("amqp://127.0.0.1:5672/");

    public static BrokerSettings Read(StrictConfig config) => new(
        config.OneOf<BrokerKind>("actorcron.broker.kind"),
        new RabbitMqSettings
        {
            Uri = ReadUri(config),
            Exchange = ReadExchange(config),
            ExchangeType = config.OneOf<ExchangeType>(Section + "exchange-type"),
            QueueType = config.OneOf<QueueType>(Section + "queue-type"),
            DeliveryMode = (byte)config.Int(Section + "delivery-mode", 1, 2),
            Prefetch = (ushort)config.Int(Section + "prefetch", 1, ushort.MaxValue),
            DeliveryLimit = config.Int(Section + "delivery-limit", 1, 1_000_000),
            Tls = new RabbitMqTlsSettings(
                config.Switch(Section + "tls.enabled"),
                ReadFile(config, "tls.ca"),
                ReadFile(config, "tls.cert"),
                ReadFile(config, "tls.key"),
                config.Text(Section + "tls.server-name")),
        });

    private static Uri ReadUri(StrictConfig config)
    {
        if (Uri.TryCreate(config.Text(Section + "uri"), UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri!.Host.Length > 0) return uri;
        config.Add(Section + "uri", "must be an AMQP address: \"amqp://user:password@host:5672/vhost\" (amqps for TLS)");
        return Nowhere;
    }

    private static string ReadExchange(StrictConfig config)
    {
        var exchange = config.Text(Section + "exchange");
        if (exchange.Length is < 1 || exchange.Any(c => c is <= ' ' or > '~') || exchange.StartsWith("amq.", StringComparison.Ordinal))
            config.Add(Section + "exchange", $"'{exchange}' must be 1 to {LongestExchange} visible ASCII characters, not starting with amq.");
        else if (exchange.Length > LongestExchange)
            config.Add(Section + "exchange", $"has {exchange.Length} characters; at most {LongestExchange} are allowed: with a dot and a queue's name of up to {NameSyntax.MaxName} behind it, it must fit the {LongestAmqpName} bytes of an AMQP name");
        return exchange;
    }

    private static string ReadFile(StrictConfig config, string key)
    {
        var path = config.Text(Section + key);
        if (path.Length > 0 && !File.Exists(path)) config.Add(Section + key, $"the file '{path}' does not exist");
        return path;
    }
}
