using Akka;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp;

/// <summary>Sinks that publish. Their task completes when every message is confirmed, and fails with the first that is not.</summary>
public static class AmqpSink
{
    /// <summary>Publishes with confirms. Fails with <see cref="AmqpPublishException"/> at the first message that is not confirmed, or as
    /// <see cref="AmqpFlow.WithConfirms{T}"/> does.</summary>
    public static Sink<OutgoingMessage, Task<Done>> WithConfirms(AmqpConnectionProvider provider, AmqpPublishSettings settings) =>
        Flow.Create<OutgoingMessage>()
            .Select(message => (message, NotUsed.Instance))
            .Via(AmqpFlow.WithConfirms<NotUsed>(provider, settings))
            .ToMaterialized(
                Sink.ForEach<(PublishOutcome Outcome, NotUsed)>(result =>
                {
                    if (!result.Outcome.IsConfirmed) throw new AmqpPublishException(result.Outcome);
                }),
                Keep.Right);

    /// <summary>Publishes bodies to the exchange and routing key of the settings, see <see cref="WithConfirms"/>.</summary>
    public static Sink<ReadOnlyMemory<byte>, Task<Done>> Bodies(AmqpConnectionProvider provider, AmqpPublishSettings settings) =>
        Flow.Create<ReadOnlyMemory<byte>>()
            .Select(body => new OutgoingMessage(body))
            .ToMaterialized(WithConfirms(provider, settings), Keep.Right);

    /// <summary>
    /// Sends answers, made by <see cref="IncomingMessage.Reply"/>, to the queue that each names in its reply-to. An asker that is gone is no
    /// failure: its answer is dropped by the broker.
    /// </summary>
    /// <param name="provider">The connections.</param>
    /// <param name="settings">Window, timeout and declarations; exchange and routing key do not matter.</param>
    /// <param name="failIfReplyToMissing">Whether an answer without reply-to fails the stream with <see cref="InvalidOperationException"/>; else it is left out.</param>
    public static Sink<OutgoingMessage, Task<Done>> ReplyTo(
        AmqpConnectionProvider provider, AmqpPublishSettings? settings = null, bool failIfReplyToMissing = true) =>
        Flow.Create<OutgoingMessage>()
            .Where(message => !string.IsNullOrEmpty(message.ReplyTo) || (failIfReplyToMissing
                ? throw new InvalidOperationException("An answer has no reply-to: the message it answers did not ask for one.")
                : false))
            // Not mandatory: the pseudo-queue of direct reply-to counts as unroutable.
            .Select(message => message with { Exchange = "", RoutingKey = message.ReplyTo, ReplyTo = null, Mandatory = false })
            .ToMaterialized(WithConfirms(provider, settings ?? new AmqpPublishSettings()), Keep.Right);
}
