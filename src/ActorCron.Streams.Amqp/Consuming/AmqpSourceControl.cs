namespace ActorCron.Streams.Amqp;

/// <summary>How a source ended.</summary>
public enum DrainOutcome
{
    /// <summary>Every message it delivered was settled.</summary>
    Settled,

    /// <summary>The deadline passed; the broker got back what was not settled.</summary>
    DeadlinePassed,

    /// <summary>The channel or the stream ended first; the broker got back what was not settled.</summary>
    Interrupted,
}

/// <summary>The handle of a running source. Thread-safe.</summary>
public sealed class AmqpSourceControl
{
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DrainOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<TimeSpan?> _drain;
    private readonly Func<int> _outstanding;

    internal AmqpSourceControl(Action<TimeSpan?> drain, Func<int> outstanding)
    {
        _drain = drain;
        _outstanding = outstanding;
    }

    /// <summary>Completes with the queue's name once the consumer is at work; fails with the reason if it cannot be.</summary>
    public Task<string> Ready => _ready.Task;

    /// <summary>
    /// Completes when the broker hands out no more to this source, after <see cref="DrainAsync"/> or however else it ends. Until then an
    /// acknowledgement may still bring one more message; from then on <see cref="Outstanding"/> only falls. Never fails.
    /// </summary>
    public Task Stopped => _stopped.Task;

    /// <summary>Completes when the source has ended, its channel is closed and the broker has back what was not settled. Never fails.</summary>
    public Task<DrainOutcome> Ended => _ended.Task;

    /// <summary>Messages the broker has handed out that are not settled, emitted or not.</summary>
    public int Outstanding => _outstanding();

    /// <summary>
    /// Takes no more from the queue, and gives nothing back: what was delivered is still emitted and can still be settled. The stream
    /// completes when all of it is settled or <paramref name="deadline"/> (counted from now) has passed; null waits as long as it takes.
    /// It also completes, and does not fail, when the channel is lost meanwhile (<see cref="DrainOutcome.Interrupted"/>).
    /// Called again, the nearer deadline counts. Cheap: one question to the broker.
    /// </summary>
    /// <returns><see cref="Ended"/>.</returns>
    public Task<DrainOutcome> DrainAsync(TimeSpan? deadline = null)
    {
        _drain(deadline);
        return Ended;
    }

    internal void SetReady(string queue) => _ready.TrySetResult(queue);

    internal void SetStopped() => _stopped.TrySetResult();

    internal void SetEnded(DrainOutcome outcome, Exception? failure)
    {
        if (failure is null) _ready.TrySetCanceled();
        else if (_ready.TrySetException(failure)) _ = _ready.Task.Exception; // Read, or nobody waiting would be reported as a fault.
        _stopped.TrySetResult();
        _ended.TrySetResult(outcome);
    }
}
