using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace ActorCron.Streams.Amqp;

/// <summary>Turns the client's many ways of saying "the channel is gone" into one exception.</summary>
internal static class ChannelFailure
{
    public static AmqpChannelClosedException From(ShutdownEventArgs end) => new(
        end.ReplyCode,
        end.Initiator == ShutdownInitiator.Peer
            ? $"The broker closed the channel: {end.ReplyText.TrimEnd('.')} ({end.ReplyCode})."
            : $"The channel was lost: {(end.Exception?.Message ?? end.ReplyText).TrimEnd('.')} ({end.ReplyCode}).",
        end.Initiator == ShutdownInitiator.Peer);

    /// <summary>Null when the exception says nothing of a channel.</summary>
    public static AmqpException? From(Exception e) => e switch
    {
        AmqpException known => known,
        OperationInterruptedException { ShutdownReason: { } end } => From(end),
        OperationInterruptedException or IOException or System.Net.Sockets.SocketException
            or System.Threading.Channels.ChannelClosedException or ChannelAllocationException =>
            new AmqpChannelClosedException(0, $"The channel was lost: {e.Message.TrimEnd('.')}.", byBroker: false),
        OperationCanceledException or TimeoutException =>
            new AmqpChannelClosedException(0, "The channel was given up: the broker did not answer in time.", byBroker: false),
        ObjectDisposedException => new AmqpChannelClosedException(0, "The channel was lost: its connection was closed.", byBroker: false),
        _ => null,
    };
}
