using Akka.Event;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Says once that the server is away and once that it is back, however many calls meet it.</summary>
internal sealed class OutageLog(ILoggingAdapter log, string where, TimeProvider clock)
{
    // Calls that fail and succeed in turn, as with an exhausted pool, must not fill the log either.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private volatile bool _away;
    private bool _told;
    private long _since;
    private long? _lastTold;

    /// <summary>The newest failure of an outage that lasts; null while all is well.</summary>
    public Exception? LastCause { get; private set; }

    public void Failed(string what, Exception cause)
    {
        lock (_gate)
        {
            LastCause = cause;
            if (_away)
                return;
            _away = true;
            _since = clock.GetTimestamp();
            _told = _lastTold is not { } last || clock.GetElapsedTime(last) >= Quiet;
            if (!_told)
                return;
            _lastTold = _since;
        }

        log.Warning("MongoDB at {0}: {1} failed and is tried again; further failures are not logged until it works. {2}",
            where, what, TransientErrors.Describe(cause));
    }

    public void Succeeded()
    {
        if (!_away)
            return;
        TimeSpan lasted;
        lock (_gate)
        {
            if (!_away)
                return;
            _away = false;
            LastCause = null;
            if (!_told)
                return;
            lasted = clock.GetElapsedTime(_since);
        }

        log.Info("MongoDB at {0} works again, after {1:0.0} s", where, lasted.TotalSeconds);
    }
}
