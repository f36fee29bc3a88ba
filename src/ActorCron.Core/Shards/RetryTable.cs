using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>When failed attempts are followed by the next, in elapsed time: a clock that is set moves none of them.</summary>
/// <remarks>Holds one entry for each failed attempt until its time; whether the run still waits then, its record says.</remarks>
internal sealed class RetryTable
{
    private readonly PriorityQueue<AttemptKey, (TimeSpan At, long Number)> _due = new();
    private readonly Alarm _alarm = new(Timers.Retries);
    private long _number;

    /// <summary>An attempt has failed, and another follows.</summary>
    public void Add(Run run, Moment now)
    {
        if (run.RetryAt is not { } at) return;
        // However wrong the clock is by now, the wait is not longer than it was meant to be.
        var (left, whole) = (at - now.Utc, run.Finished is { } failed ? at - failed : TimeSpan.MaxValue);
        var wait = left < whole ? left : whole;
        _due.Enqueue(new AttemptKey(run.Spec.Id, run.Attempt), (now.Elapsed + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero), ++_number));
    }

    public bool TryTake(TimeSpan elapsed, out AttemptKey key)
    {
        key = null!;
        if (!_due.TryPeek(out _, out var first) || first.At > elapsed) return false;
        key = _due.Dequeue();
        return true;
    }

    /// <summary>Its timer came.</summary>
    public void Fired() => _alarm.Forget();

    public void SetTimer(TimeSpan elapsed, Decision<RunEvent> into)
    {
        if (_due.TryPeek(out _, out var first)) _alarm.SetBy(first.At, elapsed, into);
    }
}
