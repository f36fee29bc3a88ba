using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Streams of messages from a queue. Each materialization has a channel of its own on the shared connection. A lost channel or connection,
/// or a deleted queue, fails the stream; wrap it in <see cref="AmqpRestart"/> to have it come back.
/// </summary>
public static class AmqpSource
{
    /// <summary>
    /// Messages that the stream acknowledges itself: at least once. What is not settled when the stream ends, the broker delivers again.
    /// Cancelled from downstream it waits for what it emitted, see <see cref="AmqpSourceSettings.SettleTimeout"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of bounds.</exception>
    public static Source<CommittableMessage, AmqpSourceControl> Committable(AmqpConnectionProvider provider, AmqpSourceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(settings);
        return Source.FromGraph(new CommittableSourceStage(provider, settings.Validated()));
    }

    /// <summary>
    /// Messages acknowledged before they are emitted: at most once. A message is emitted only after the broker has processed its
    /// acknowledgement, so it is never emitted twice, and lost if the stream ends in between.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of bounds.</exception>
    public static Source<IncomingMessage, AmqpSourceControl> AtMostOnce(AmqpConnectionProvider provider, AmqpSourceSettings settings) =>
        Committable(provider, settings)
            .SelectAsync(settings.Prefetch, async message =>
                await message.Ack() == AckOutcome.Done && await message.AckProcessed() ? message : null)
            .Collect(message => message is not null, message => (IncomingMessage)message!);

    /// <summary>At-most-once messages from a queue of the source's own, bound to an exchange: what is published while the source runs.</summary>
    /// <param name="provider">The connections.</param>
    /// <param name="exchange">An exchange that exists.</param>
    /// <param name="routingKey">The key or pattern; a fanout exchange needs none.</param>
    public static Source<IncomingMessage, AmqpSourceControl> Temporary(AmqpConnectionProvider provider, string exchange, string routingKey = "") =>
        AtMostOnce(provider, AmqpSourceSettings.Temporary(new BindingDeclaration("", exchange, routingKey)));
}
