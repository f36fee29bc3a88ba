using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorCron.Actors.Clocks;

/// <summary>Akka's scheduler on a <see cref="TimeProvider"/>: every timer of the actor system comes from the clock that the product reads
/// the time from, so that a clock in a test's hands drives both. Safe to use from any thread.</summary>
/// <remarks>Akka creates its scheduler from configuration alone, so a clock other than the system's is handed over by name.</remarks>
public sealed class TimeProviderScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private const string ClockKey = "akka.scheduler.actorcron-clock";

    // One entry for each clock of a test's own that an actor system of this process was started on.
    private static readonly ConcurrentDictionary<string, TimeProvider> Clocks = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<ScheduledWork, byte> _pending = new();
    private readonly TimeProvider _time;
    private readonly long _begin;
    private volatile bool _isDisposed;

    /// <summary>Called by Akka.</summary>
    public TimeProviderScheduler(Config config, ILoggingAdapter log) : base(config, log)
    {
        _time = Clocks.GetValueOrDefault(config.GetString(ClockKey, ""), TimeProvider.System);
        _begin = _time.GetTimestamp();
    }

    /// <inheritdoc />
    public override TimeSpan MonotonicClock => _time.GetElapsedTime(_begin);

    /// <inheritdoc />
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc />
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <summary>The configuration that has an actor system take its timers from a clock.</summary>
    public static Config ConfigFor(TimeProvider time)
    {
        var type = $"{typeof(TimeProviderScheduler).FullName}, {typeof(TimeProviderScheduler).Assembly.GetName().Name}";
        if (ReferenceEquals(time, TimeProvider.System)) return ConfigurationFactory.ParseString($"akka.scheduler.implementation = \"{type}\"");
        var name = Clocks.FirstOrDefault(pair => ReferenceEquals(pair.Value, time)).Key ?? Guid.NewGuid().ToString("N");
        Clocks[name] = time;
        return ConfigurationFactory.ParseString($"akka.scheduler.implementation = \"{type}\"\n{ClockKey} = \"{name}\"");
    }

    /// <summary>Forgets all that is still to come.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var work in _pending.Keys) work.Cancel();
    }

    /// <inheritdoc />
    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Schedule(delay, Timeout.InfiniteTimeSpan, action.Run, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    /// <inheritdoc />
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Schedule(initialDelay, interval, action.Run, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        if (_isDisposed || cancelable?.IsCancellationRequested == true) return;
        var work = new ScheduledWork(action, isRepeated: interval != Timeout.InfiniteTimeSpan, Log, ended => _pending.TryRemove(ended, out _));
        // A timer that nothing refers to is collected and never fires.
        _pending[work] = 0;
        work.Start(_time, delay, interval, cancelable);
        if (_isDisposed) work.Cancel();
    }
}
