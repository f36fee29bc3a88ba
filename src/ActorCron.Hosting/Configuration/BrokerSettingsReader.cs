using System.Security.Cryptography;
using ActorCron.Core.Text;
using ActorCron.Streams.Amqp;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads <c>actorcron.broker</c>. No message repeats the URI: it may hold a password.</summary>
internal static class BrokerSettingsReader
{
    private const string Section = "actorcron.broker.rabbitmq.";
    private const int LongestAmqpName = 255;
    private const int LongestExchange = LongestAmqpName - 1 - NameSyntax.MaxName;
    private static readonly AmqpConnectionSettings Defaults = new() { ClientName = "actorcron", ConnectTimeout = TimeSpan.FromSeconds(5) };

    public static BrokerSettings Read(StrictConfig config)
    {
        var tls = ReadTls(config);
        return new(config.OneOf<BrokerKind>("actorcron.broker.kind"), new RabbitMqSettings
        {
            Connection = ReadConnection(config, tls),
            Exchange = ReadExchange(config),
            ExchangeType = config.OneOf<ExchangeType>(Section + "exchange-type"),
            QueueType = config.OneOf<QueueType>(Section + "queue-type"),
            DeliveryMode = (byte)config.Int(Section + "delivery-mode", 1, 2),
            Prefetch = (ushort)config.Int(Section + "prefetch", 1, ushort.MaxValue),
            DeliveryLimit = config.Int(Section + "delivery-limit", 1, 1_000_000),
            Tls = tls,
        });
    }

    private static RabbitMqTlsSettings ReadTls(StrictConfig config) => new(
        config.Switch(Section + "tls.enabled"),
        ReadFile(config, "tls.ca"),
        ReadFile(config, "tls.cert"),
        ReadFile(config, "tls.key"),
        config.Text(Section + "tls.server-name"));

    // Read in full here, so that a check knows all that a start would refuse.
    private static AmqpConnectionSettings ReadConnection(StrictConfig config, RabbitMqTlsSettings tls)
    {
        try
        {
            var connection = AmqpConnectionSettings.FromUri(config.Text(Section + "uri"), Defaults);
            return connection.Tls is null && !tls.Enabled ? connection : connection with { Tls = ReadCertificates(config, tls) };
        }
        catch (FormatException wrong)
        {
            config.Add(Section + "uri", wrong.Message.TrimEnd('.'));
            return Defaults;
        }
    }

    private static AmqpTls ReadCertificates(StrictConfig config, RabbitMqTlsSettings tls)
    {
        var files = new[] { tls.Ca, tls.Cert, tls.Key };
        // What is missing is a problem of its own.
        if (files.Any(file => file.Length > 0 && !File.Exists(file)) || tls.Cert.Length > 0 != tls.Key.Length > 0) return new AmqpTls();
        try
        {
            var read = AmqpTls.FromPemFiles(NullIfEmpty(tls.Ca), NullIfEmpty(tls.Cert), NullIfEmpty(tls.Key));
            // No authority at all would stand for the machine's.
            if (tls.Ca.Length > 0 && read.TrustedRoots.Count == 0) config.Add(Section + "tls.ca", $"the file '{tls.Ca}' holds no certificate in PEM");
            return read with { ServerName = NullIfEmpty(tls.ServerName) };
        }
        catch (Exception cause) when (cause is ArgumentException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            config.Add(Section + "tls", $"ca, cert or key cannot be used: {cause.Message}");
            return new AmqpTls();
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

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
