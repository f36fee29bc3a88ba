using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Clocks;

/// <summary>Something that a clock's timer does, once or again and again, until it is cancelled.</summary>
/// <param name="action">What.</param>
/// <param name="isRepeated">Whether it goes on after the first time.</param>
/// <param name="log">Told when it throws.</param>
/// <param name="onEnd">Called once nothing more comes.</param>
internal sealed class ScheduledWork(Action action, bool isRepeated, ILoggingAdapter log, Action<ScheduledWork> onEnd)
{
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;
    private int _hasEnded;

    public void Start(TimeProvider time, TimeSpan delay, TimeSpan interval, ICancelable? cancelable)
    {
        // Started only once it can be stopped: it may fire, and end, at once.
        _timer = time.CreateTimer(static work => ((ScheduledWork)work!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (cancelable is not null) _registration = cancelable.Token.Register(static work => ((ScheduledWork)work!).Cancel(), this);
        if (Volatile.Read(ref _hasEnded) == 0) _timer.Change(delay, interval);
        else _timer.Dispose();
    }

    public void Cancel()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 1) return;
        _timer?.Dispose();
        _registration.Dispose();
        onEnd(this);
    }

    private void Fire()
    {
        if (Volatile.Read(ref _hasEnded) == 1) return;
        if (!isRepeated) Cancel();
        try
        {
            action();
        }
        catch (Exception cause)
        {
            // A timer's thread has nobody above it that could deal with this.
            log.Error(cause, "Scheduled work failed");
        }
    }
}
