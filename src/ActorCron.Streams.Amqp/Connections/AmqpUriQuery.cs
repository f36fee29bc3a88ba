using System.Globalization;

namespace ActorCron.Streams.Amqp;

/// <summary>The parameters behind the question mark of an AMQP address, of which RabbitMQ's clients share a few.</summary>
internal static class AmqpUriQuery
{
    private const string Known = "heartbeat (seconds), connection_timeout (milliseconds) and channel_max";

    /// <summary>The settings with what the parameters say.</summary>
    /// <param name="query">Without the question mark.</param>
    /// <param name="settings">As they are without it.</param>
    /// <param name="invalid">Makes the error.</param>
    public static AmqpConnectionSettings Apply(string query, AmqpConnectionSettings settings, Func<string, FormatException> invalid)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            if (!seen.Add(name)) throw invalid($"its parameter {name} is given twice");
            settings = Set(settings, name, equals < 0 ? "" : pair[(equals + 1)..], invalid);
        }
        return settings;
    }

    private static AmqpConnectionSettings Set(AmqpConnectionSettings settings, string name, string value, Func<string, FormatException> invalid)
    {
        switch (name)
        {
            case "heartbeat": return settings with { Heartbeat = TimeSpan.FromSeconds(Number(1, ushort.MaxValue)) };
            case "connection_timeout": return settings with { ConnectTimeout = TimeSpan.FromMilliseconds(Number(1, 3_600_000)) };
            case "channel_max": return settings with { ChannelMax = (ushort)Number(0, ushort.MaxValue) };
            case "cacertfile" or "certfile" or "keyfile" or "verify" or "server_name_indication" or "depth" or "fail_if_no_peer_cert":
                throw invalid($"its parameter {name} concerns TLS, which is set beside the address");
            // A piece of a password with a bare question mark in it must not be printed.
            case var other when !other.All(c => char.IsAsciiLetterLower(c) || c == '_') || other.Length > 30:
                throw invalid("it has a query that cannot be read; write ? as %3F and # as %23 in a password");
            default: throw invalid($"it takes the parameters {Known}, not {name}; write ? as %3F in a password");
        }

        int Number(int min, int max) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw invalid($"its parameter {name} must be a whole number from {min} to {max}");
    }
}
