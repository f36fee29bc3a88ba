using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Carries messages to the dead letters: first the copy is confirmed, then the original is acknowledged, so that it is in one of the
/// two places at any time.</summary>
internal sealed class DeadLetterOutlet(AmqpConnectionProvider provider, RabbitTopology topology, TimeProvider time)
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _slots = new(AtOnce);

    /// <summary>Settles a message by burying it; where that fails, by giving it back. Never throws.</summary>
    public async Task BuryAsync(CommittableMessage message, string queue, string reason)
    {
        if (await IsConfirmedAsync(DeadLetters.Bury(message, queue, reason)))
        {
            await message.Ack();
            return;
        }
        // It comes round again; not at once, or a broker in trouble would get more of it.
        await Task.Delay(Pause, time);
        await message.Nack();
    }

    private async Task<bool> IsConfirmedAsync(OutgoingMessage dead)
    {
        await _slots.WaitAsync();
        try
        {
            var outcome = await provider.PublishAsync(dead);
            if (outcome is not PublishOutcome.Returned) return outcome.IsConfirmed;
            // Someone has deleted the queue.
            await provider.DeclareAsync(topology.DeadLetters);
            return (await provider.PublishAsync(dead)).IsConfirmed;
        }
        catch (Exception cause) when (cause is AmqpException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _slots.Release();
        }
    }
}
