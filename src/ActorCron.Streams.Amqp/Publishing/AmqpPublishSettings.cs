using Akka.Streams;

namespace ActorCron.Streams.Amqp;

/// <summary>How to publish. Exchange, routing key and mandatory are for messages that do not say.</summary>
public sealed record AmqpPublishSettings
{
    /// <summary>Exchange; <c>""</c> is the default exchange, whose routing key is a queue's name.</summary>
    public string Exchange { get; init; } = "";

    /// <summary>Routing key.</summary>
    public string RoutingKey { get; init; } = "";

    /// <summary>Whether messages that no queue takes come back; without it RabbitMQ confirms and drops them. A mandatory message carries
    /// the header <c>x-dotnet-pub-seq-no</c>, as with the client's own tracking: it tells which message came back.</summary>
    public bool Mandatory { get; init; } = true;

    /// <summary>Messages sent whose outcome is not yet emitted, at most; then the stream backpressures. 1 to 1,000,000.</summary>
    public int Window { get; init; } = 1000;

    /// <summary>How long to wait for a confirm, to a tenth of it. Time in which the broker has blocked the connection does not count.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Made in this order on the stream's own channel, each time it opens.</summary>
    public IReadOnlyList<AmqpDeclaration> Declarations { get; init; } = [];

    /// <summary>With it, a channel that is lost, or cannot be had, is opened again after a growing pause, and the stream goes on; every message
    /// without a confirm gets <see cref="PublishOutcome.Lost"/>. Without it the stream then fails. What time can't heal
    /// (<see cref="AmqpException.IsTransient"/>) fails it in any case.</summary>
    public RestartSettings? Restart { get; init; }

    internal AmqpPublishSettings Validated()
    {
        if (Window is < 1 or > 1_000_000) throw new ArgumentException($"{nameof(Window)} must be between 1 and 1000000; it is {Window}.");
        if (ConfirmTimeout < TimeSpan.FromMilliseconds(100) || ConfirmTimeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"{nameof(ConfirmTimeout)} must be between 100 ms and one hour; it is {ConfirmTimeout}.");
        return this;
    }
}
