using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp;

/// <summary>Flows that publish.</summary>
public static class AmqpFlow
{
    /// <summary>
    /// Publishes each message with a publisher confirm, up to <see cref="AmqpPublishSettings.Window"/> at a time, and emits its outcome with
    /// its context, in order: one outcome for every message taken. A message that is refused, returned or late is an outcome and not a
    /// failure. When the channel is lost, every message without a confirm gets <see cref="PublishOutcome.Lost"/>, so that the caller knows which
    /// to publish again; then the stream opens another, if <see cref="AmqpPublishSettings.Restart"/> says so, or fails with
    /// <see cref="AmqpChannelClosedException"/>. (Akka's own <c>RestartFlow</c> around it would now and then lose a message without a word: one that
    /// was handed over at the moment of the failure.) A failure from upstream is passed on, after the outcomes of what came before it.
    /// While the broker blocks the connection, the flow backpressures. Materializes a task that completes when the channel is open
    /// for the first time and the declarations are made.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of bounds.</exception>
    public static Flow<(OutgoingMessage Message, T Context), (PublishOutcome Outcome, T Context), Task> WithConfirms<T>(
        AmqpConnectionProvider provider, AmqpPublishSettings settings)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(settings);
        return Flow.FromGraph(new ConfirmFlowStage<T>(provider, settings.Validated()));
    }
}
