using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// A message that the broker keeps until it is acknowledged. <see cref="Ack"/> and <see cref="Nack"/> may be called from any thread,
/// at any time, also after the stream is drained or gone: they never block and never throw.
/// </summary>
public sealed class CommittableMessage : IncomingMessage
{
    private readonly AckLedger _ledger;

    internal CommittableMessage(AckLedger ledger, ulong deliveryTag, string exchange, string routingKey, bool redelivered,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
        : base(exchange, routingKey, redelivered, properties, body)
    {
        _ledger = ledger;
        DeliveryTag = deliveryTag;
    }

    /// <summary>The delivery's number on its channel, counted from 1 without gaps.</summary>
    public ulong DeliveryTag { get; }

    /// <summary>Tells the broker to forget it; with <paramref name="multiple"/> also all that the same source delivered before.</summary>
    /// <returns><see cref="AckOutcome.Done"/> if this call settled at least one message.</returns>
    public Task<AckOutcome> Ack(bool multiple = false) => _ledger.Settle(DeliveryTag, multiple, Settlement.Ack);

    /// <summary>Gives it back to the queue, or without <paramref name="requeue"/> rejects it, which makes it a dead letter where one is
    /// configured; with <paramref name="multiple"/> also all that the same source delivered before.</summary>
    /// <returns><see cref="AckOutcome.Done"/> if this call settled at least one message.</returns>
    public Task<AckOutcome> Nack(bool multiple = false, bool requeue = true) =>
        _ledger.Settle(DeliveryTag, multiple, requeue ? Settlement.Requeue : Settlement.Reject);

    /// <summary>Completes when the broker has processed every acknowledgement sent before; false if the channel was lost first.</summary>
    internal Task<bool> AckProcessed() => _ledger.FenceAsync();
}
