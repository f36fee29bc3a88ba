using System.Collections;
using System.Text;
using ActorCron.Actors.Brokers;
using ActorCron.Core.Documents;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Messages that nobody could take: how they are marked, read and sent back.</summary>
internal static class DeadLetters
{
    /// <summary>The header that names the broker's queue which a dead letter was taken from.</summary>
    public const string QueueHeader = "actorcron-queue";

    private const int LongestReason = 500;
    private const int LongestBody = 64 * 1024;

    /// <summary>The message as it goes to the dead letters: all that it was, and why. It does not expire any more.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="queue">The broker's name of the queue.</param>
    /// <param name="reason">Why; cut to one line of 500 characters.</param>
    public static OutgoingMessage Bury(IncomingMessage message, string queue, string reason) => Copy(message) with
    {
        Exchange = RabbitTopology.Dead,
        RoutingKey = message.RoutingKey,
        Headers = new Dictionary<string, object?>(message.Headers.Where(header => !IsTransport(header.Key)))
        {
            [MessageEnvelope.ReasonHeader] = OneLine(reason),
            [QueueHeader] = queue,
        },
    };

    /// <summary>The message as it goes back to where it came from; null where that cannot be told.</summary>
    public static OutgoingMessage? Revive(IncomingMessage dead, RabbitTopology topology)
    {
        var origin = OriginOf(dead);
        var (exchange, key) = topology.TryGetQueue(origin, out var queue) ? (topology.Jobs, queue)
            : origin == RabbitTopology.Results ? (RabbitTopology.Results, RabbitTopology.ResultsKey)
            : (null, null);
        return exchange is null ? null : Copy(dead) with
        {
            Exchange = exchange,
            RoutingKey = key,
            Headers = new Dictionary<string, object?>(dead.Headers.Where(header => !IsTransport(header.Key) && !IsMark(header.Key))),
        };
    }

    /// <summary>The message to nowhere: the broker confirms and drops what no queue takes.</summary>
    public static OutgoingMessage Discard(IncomingMessage dead) => new(ReadOnlyMemory<byte>.Empty) { Exchange = "", RoutingKey = "actorcron.discarded", Mandatory = false, MessageId = dead.Properties.MessageId };

    /// <summary>A dead letter for those who look after it.</summary>
    public static DeadLetter Show(IncomingMessage dead, int position, RabbitTopology topology)
    {
        var origin = OriginOf(dead);
        return new DeadLetter(position, ReasonOf(dead), dead.Properties.MessageId, topology.TryGetQueue(origin, out var queue) ? queue : origin, BodyOf(dead));
    }

    /// <summary>The broker's name of the queue that it came from; null where nothing says.</summary>
    public static string? OriginOf(IncomingMessage dead) => dead.HeaderText(QueueHeader) ?? Text(LastDeath(dead)?["queue"]);

    private static string ReasonOf(IncomingMessage dead)
    {
        if (dead.HeaderText(MessageEnvelope.ReasonHeader) is { } reason) return OneLine(reason);
        // The broker's own dead letters say it in one word.
        return Text(LastDeath(dead)?["reason"]) switch
        {
            "delivery_limit" => "delivery-limit: handed out too often without being settled",
            "expired" => "expired: waited longer than it may",
            "maxlen" => "maxlen: the queue was full",
            "rejected" => "rejected: a consumer refused it",
            { } other => other,
            null => "unknown: it carries no reason",
        };
    }

    private static IDictionary? LastDeath(IncomingMessage dead) =>
        dead.Headers.GetValueOrDefault("x-death") is IList { Count: > 0 } deaths ? deaths[0] as IDictionary : null;

    private static string? Text(object? value) => value switch
    {
        string text => text,
        byte[] utf8 => Encoding.UTF8.GetString(utf8),
        _ => null,
    };

    private static string BodyOf(IncomingMessage dead)
    {
        var shown = Encoding.UTF8.GetString(dead.Body.Span[..Math.Min(dead.Body.Length, LongestBody)]);
        return dead.Body.Length <= LongestBody ? shown : $"{shown}… ({dead.Body.Length} bytes)";
    }

    private static OutgoingMessage Copy(IncomingMessage message) => new(message.Body)
    {
        Mandatory = true,
        MessageId = message.Properties.MessageId,
        Type = message.Properties.Type,
        ContentType = message.Properties.ContentType,
        ContentEncoding = message.Properties.ContentEncoding,
        CorrelationId = message.Properties.CorrelationId,
        ReplyTo = message.Properties.ReplyTo,
        AppId = message.Properties.AppId,
        Timestamp = message.Timestamp,
        Priority = message.Properties.IsPriorityPresent() ? message.Properties.Priority : null,
    };

    private static bool IsTransport(string header) => header is "x-dotnet-pub-seq-no" or "x-delivery-count" or "x-acquired-count";

    private static bool IsMark(string header) => header is MessageEnvelope.ReasonHeader or QueueHeader or "x-death"
        || header.StartsWith("x-first-death-", StringComparison.Ordinal) || header.StartsWith("x-last-death-", StringComparison.Ordinal);

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text, 0, Math.Min(text.Length, LongestReason), LongestReason);
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsControl(line[i])) line[i] = ' ';
        }
        return line.ToString();
    }
}
