using System.Text;

namespace ActorCron.Streams.Amqp;

/// <summary>How to reach a broker. Immutable; printing it shows no credentials.</summary>
public sealed record AmqpConnectionSettings
{
    /// <summary>Nodes of the broker, tried in random order until one answers. At least one.</summary>
    public IReadOnlyList<AmqpHost> Hosts { get; init; } = [new("127.0.0.1")];

    /// <summary>Virtual host.</summary>
    public string VirtualHost { get; init; } = "/";

    /// <summary>Who connects.</summary>
    public AmqpCredentials Credentials { get; init; } = AmqpCredentials.Guest;

    /// <summary>TLS; null means a plain connection.</summary>
    public AmqpTls? Tls { get; init; }

    /// <summary>Bound for a whole attempt to connect: name look-up, TCP, TLS and login, over all hosts.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bound for one question to the broker, such as a declaration or the opening of a channel.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Interval of the heartbeats; a silent peer is given up after about twice that.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Name that the broker shows for the connections; the role is added to it.</summary>
    public string ClientName { get; init; } = "akka-streams-amqp";

    /// <summary>
    /// Largest message body accepted from the broker, in bytes. A larger one ends the connection, again at each redelivery:
    /// so the default is RabbitMQ's own ceiling, and the broker's <c>max_message_size</c> is the limit to set.
    /// </summary>
    public uint MaxBodySize { get; init; } = 512 * 1024 * 1024;

    /// <summary>Channels that a connection may have, to ask the broker for: 0 for as many as it allows; null for the client's usual number.</summary>
    public ushort? ChannelMax { get; init; }

    /// <summary>Reads an address such as <c>amqp://user:password@host:5672/vhost?heartbeat=15</c>: several hosts are separated by commas,
    /// <c>amqps</c> means TLS (port 5671), reserved characters are percent-encoded, no path or <c>/</c> means the virtual host <c>/</c>.
    /// Behind a <c>?</c> it may have <c>heartbeat</c> (seconds), <c>connection_timeout</c> (milliseconds) and <c>channel_max</c>.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="defaults">For what it does not say; null for the defaults here.</param>
    /// <exception cref="FormatException">It is no such address; the message never contains the credentials.</exception>
    public static AmqpConnectionSettings FromUri(string uri, AmqpConnectionSettings? defaults = null) => AmqpUri.Parse(uri, defaults ?? new AmqpConnectionSettings());

    /// <summary>The hosts and the virtual host, without credentials.</summary>
    public override string ToString() => $"{(Tls is null ? "amqp" : "amqps")}://{string.Join(',', Hosts)}/{Uri.EscapeDataString(VirtualHost)}";

    // Named by the compiler for records; the generated one would print every property.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(ToString());
        return true;
    }

    internal void Validate()
    {
        if (Hosts.Count == 0) throw new ArgumentException("At least one host is needed.");
        Positive(ConnectTimeout, nameof(ConnectTimeout));
        Positive(OperationTimeout, nameof(OperationTimeout));
        if (Heartbeat < TimeSpan.FromSeconds(1) || Heartbeat > TimeSpan.FromSeconds(ushort.MaxValue))
            throw new ArgumentException($"{nameof(Heartbeat)} must be between 1 and {ushort.MaxValue} seconds; it is {Heartbeat}.");
    }

    private static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            throw new ArgumentException($"{name} must be above zero and at most one hour; it is {value}.");
    }
}
