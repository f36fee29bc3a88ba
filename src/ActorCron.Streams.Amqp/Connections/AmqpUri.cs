using System.Globalization;

namespace ActorCron.Streams.Amqp;

/// <summary>Parses AMQP addresses by hand: <see cref="Uri"/> knows no lists of hosts, and its errors would print the password.</summary>
internal static class AmqpUri
{
    private const string Expected = "expected amqp[s]://user:password@host:port,host:port/vhost?heartbeat=15";

    /// <param name="uri">The address.</param>
    /// <param name="defaults">For what it does not say.</param>
    public static AmqpConnectionSettings Parse(string uri, AmqpConnectionSettings defaults)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var separator = uri.IndexOf("://", StringComparison.Ordinal);
        var tls = separator < 0 ? null : uri[..separator].ToUpperInvariant() switch
        {
            "AMQP" => (bool?)false,
            "AMQPS" => true,
            _ => null,
        };
        if (tls is null) throw Invalid("it begins with neither amqp:// nor amqps://");

        var rest = uri[(separator + 3)..].Trim();
        if (rest.Contains('#', StringComparison.Ordinal)) throw Invalid("it has a fragment; write # as %23 in a password");
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var query = question < 0 ? "" : rest[(question + 1)..];
        if (query.Contains('@', StringComparison.Ordinal)) throw Invalid("a ? stands before the @ of the host; write ? as %3F in a password");
        if (question >= 0) rest = rest[..question];

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "" : rest[(slash + 1)..];
        if (path.Contains('/', StringComparison.Ordinal))
            throw Invalid("it has more than one / after the host; write / as %2F in a virtual host or a password");

        var at = authority.LastIndexOf('@');
        var settings = defaults with
        {
            Credentials = at < 0 ? AmqpCredentials.Guest : Credentials(authority[..at]),
            Hosts = [.. authority[(at + 1)..].Split(',').Select(host => Host(host.Trim(), tls.Value ? 5671 : 5672))],
            VirtualHost = path.Length == 0 ? "/" : Uri.UnescapeDataString(path),
            Tls = tls.Value ? defaults.Tls ?? new AmqpTls() : null,
        };
        return AmqpUriQuery.Apply(query, settings, Invalid);
    }

    private static AmqpCredentials Credentials(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw Invalid("it has a user but no password")
            : new AmqpCredentials(Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    private static AmqpHost Host(string text, int defaultPort)
    {
        // [::1]:5672 has colons of its own.
        var colon = text.LastIndexOf(':');
        if (colon < text.LastIndexOf(']')) colon = -1;
        var name = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        if (name.Length == 0) throw Invalid("a host is empty");
        if (colon < 0) return new AmqpHost(name, defaultPort);

        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new AmqpHost(name, port)
            : throw Invalid("a port is not a number between 1 and 65535; write @ as %40, : as %3A and / as %2F in a user name or password");
    }

    private static FormatException Invalid(string why) => new($"Not an AMQP address: {why} ({Expected}).");
}
