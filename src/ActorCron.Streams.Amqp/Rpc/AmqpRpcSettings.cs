namespace ActorCron.Streams.Amqp;

/// <summary>How to ask and wait for answers.</summary>
public sealed record AmqpRpcSettings
{
    /// <summary>How requests are published. Its window bounds the requests awaiting answers, too.</summary>
    public AmqpPublishSettings Publish { get; init; } = new();

    /// <summary>How many answers each request gets, at least 1.</summary>
    public int RepliesPerRequest { get; init; } = 1;

    /// <summary>How long to wait for the last answer to a request, to a tenth of it.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether answers are acknowledged when they are emitted; else the stream does it, which bounds how many are out.</summary>
    public bool AcknowledgeReplies { get; init; } = true;

    internal AmqpRpcSettings Validated()
    {
        Publish.Validated();
        if (RepliesPerRequest < 1) throw new ArgumentException($"{nameof(RepliesPerRequest)} must be at least 1; it is {RepliesPerRequest}.");
        if (ReplyTimeout < TimeSpan.FromMilliseconds(100) || ReplyTimeout > TimeSpan.FromHours(24))
            throw new ArgumentException($"{nameof(ReplyTimeout)} must be between 100 ms and 24 hours; it is {ReplyTimeout}.");
        return this;
    }
}
