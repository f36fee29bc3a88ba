using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>A message to publish. What is left null falls back to <see cref="AmqpPublishSettings"/>, or is not sent.</summary>
/// <param name="Body">The content; must not change until the outcome is known.</param>
public sealed record OutgoingMessage(ReadOnlyMemory<byte> Body)
{
    private static readonly Dictionary<string, object?> NoHeaders = [];

    /// <summary>Exchange; <c>""</c> is the default exchange, whose routing key is a queue's name.</summary>
    public string? Exchange { get; init; }

    /// <summary>Routing key, at most 255 bytes.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>Whether a message that no queue takes comes back as <see cref="PublishOutcome.Returned"/>; else it is confirmed and gone.</summary>
    public bool? Mandatory { get; init; }

    /// <summary>Written to disk by durable queues (delivery mode 2); else lost with the broker.</summary>
    public bool Persistent { get; init; } = true;

    /// <summary>Headers: text, bytes, booleans, numbers, <see cref="AmqpTimestamp"/>, lists and tables of these.</summary>
    public IReadOnlyDictionary<string, object?> Headers { get; init; } = NoHeaders;

    /// <summary>How long it may wait in a queue, to the millisecond.</summary>
    public TimeSpan? Expiration { get; init; }

    /// <summary>0 to 255, for queues that have priorities.</summary>
    public byte? Priority { get; init; }

    /// <summary>Its identity, by which receivers notice a repetition.</summary>
    public string? MessageId { get; init; }

    /// <summary>What an answer refers to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Queue for an answer.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The kind of message.</summary>
    public string? Type { get; init; }

    /// <summary>MIME type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Encoding of the body, such as <c>gzip</c>.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>When it came to be; AMQP keeps whole seconds, UTC.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The program that publishes.</summary>
    public string? AppId { get; init; }

    /// <summary>The publishing user; the broker refuses any but the connection's own.</summary>
    public string? UserId { get; init; }

    /// <summary>Set by <see cref="AmqpTracing"/>.</summary>
    internal Activity? Activity { get; init; }

    internal BasicProperties ToProperties(long? returnMark)
    {
        var properties = new BasicProperties { Persistent = Persistent };
        if (ContentType is not null) properties.ContentType = ContentType;
        if (ContentEncoding is not null) properties.ContentEncoding = ContentEncoding;
        if (Expiration is { } expiration) properties.Expiration = ((long)expiration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (Priority is { } priority) properties.Priority = priority;
        if (MessageId is not null) properties.MessageId = MessageId;
        if (CorrelationId is not null) properties.CorrelationId = CorrelationId;
        if (ReplyTo is not null) properties.ReplyTo = ReplyTo;
        if (Type is not null) properties.Type = Type;
        if (Timestamp is { } timestamp) properties.Timestamp = new AmqpTimestamp(timestamp.ToUnixTimeSeconds());
        if (AppId is not null) properties.AppId = AppId;
        if (UserId is not null) properties.UserId = UserId;
        if (Headers.Count == 0 && returnMark is null) return properties;

        // A copy: the client writes into it.
        var headers = new Dictionary<string, object?>(Headers);
        if (returnMark is { } mark) headers[PublishChannel.ReturnMark] = mark;
        properties.Headers = headers;
        return properties;
    }
}
