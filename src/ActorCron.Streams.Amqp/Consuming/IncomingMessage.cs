using System.Text;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>A message from the broker. It owns its bytes: keep it as long as you like.</summary>
public class IncomingMessage
{
    private static readonly Dictionary<string, object?> NoHeaders = [];

    internal IncomingMessage(string exchange, string routingKey, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        Exchange = exchange;
        RoutingKey = routingKey;
        Redelivered = redelivered;
        Properties = properties;
        Headers = properties.Headers switch
        {
            null => NoHeaders,
            IReadOnlyDictionary<string, object?> headers => headers,
            var headers => new Dictionary<string, object?>(headers),
        };
        // The client takes its buffer back as soon as its callback ends.
        Body = body.ToArray();
    }

    /// <summary>The content.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Exchange it was published to; empty for the default exchange.</summary>
    public string Exchange { get; }

    /// <summary>Routing key it was published with.</summary>
    public string RoutingKey { get; }

    /// <summary>Whether the broker may have delivered it before, to anyone.</summary>
    public bool Redelivered { get; }

    /// <summary>Content type, message id, reply-to and the like, as AMQP has them; a property that is not set reads as null or zero.</summary>
    public IReadOnlyBasicProperties Properties { get; }

    /// <summary>Headers as the client decodes them: text arrives as bytes, see <see cref="HeaderText"/>.</summary>
    public IReadOnlyDictionary<string, object?> Headers { get; }

    /// <summary>
    /// How many deliveries failed before this one. Quorum queues count (header <c>x-delivery-count</c>); of others only
    /// "at least once" is known, so a redelivered message says 1.
    /// </summary>
    public long DeliveryCount => Headers.GetValueOrDefault("x-delivery-count") switch
    {
        long count => count,
        int count => count,
        _ => Redelivered ? 1 : 0,
    };

    /// <summary>When it was published by the publisher's word (UTC, whole seconds); null if it does not say.</summary>
    public DateTimeOffset? Timestamp =>
        Properties.IsTimestampPresent() && Properties.Timestamp.UnixTime is >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(Properties.Timestamp.UnixTime)
            : null;

    /// <summary>A header as text; null if it is missing or neither text nor UTF-8 bytes.</summary>
    public string? HeaderText(string name) => Headers.GetValueOrDefault(name) switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => null,
    };

    /// <summary>An answer for <see cref="AmqpSink.ReplyTo"/>: addressed by this message's reply-to, with its correlation id.</summary>
    public OutgoingMessage Reply(ReadOnlyMemory<byte> body) => new(body)
    {
        ReplyTo = Properties.ReplyTo,
        CorrelationId = Properties.CorrelationId,
        Persistent = false,
    };
}
