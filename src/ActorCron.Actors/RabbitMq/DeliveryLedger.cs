using ActorCron.Actors.Brokers;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Counts what one stream has handed on and has not settled.</summary>
internal sealed class DeliveryLedger
{
    private int _unsettled;

    public int Unsettled => Volatile.Read(ref _unsettled);

    public void Enter() => Interlocked.Increment(ref _unsettled);

    public void Leave() => Interlocked.Decrement(ref _unsettled);
}

/// <summary>A message that is settled once, whoever tries again.</summary>
internal sealed class Settling(CommittableMessage message, string queue, DeliveryLedger ledger, DeadLetterOutlet outlet)
{
    private int _settled;

    public Task AckAsync() => Once() ? message.Ack() : Task.CompletedTask;

    public Task RequeueAsync() => Once() ? message.Nack() : Task.CompletedTask;

    public Task BuryAsync(string reason) => Once() ? outlet.BuryAsync(message, queue, reason) : Task.CompletedTask;

    // The ledger first: what it counts is then never more than what the source has out.
    private bool Once()
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0) return false;
        ledger.Leave();
        return true;
    }
}

/// <summary>Holds a running stream of deliveries.</summary>
internal sealed class RabbitDeliveryControl(AmqpSourceControl source, DeliveryLedger ledger, TimeProvider time) : IDeliveryControl
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public async Task DrainAsync()
    {
        _ = source.DrainAsync();
        await source.Stopped;
        // The broker hands out no more; the stream hands on what it still has.
        do await Task.WhenAny(source.Ended, Task.Delay(Step, time));
        while (!source.Ended.IsCompleted && source.Outstanding > ledger.Unsettled);
    }
}
