namespace ActorCron.Core.Schedules;

/// <summary>How often a failed run is tried, and how long it waits in between: <c>delay × factor^(attempt-1)</c>, at most <paramref name="MaxDelay"/>.</summary>
/// <param name="MaxAttempts">All tries together, 1 to 1000.</param>
/// <param name="Delay">The wait after the first failed attempt.</param>
/// <param name="Factor">1 or more.</param>
/// <param name="MaxDelay">The longest wait.</param>
public sealed record RetryPolicy(int MaxAttempts, TimeSpan Delay, double Factor, TimeSpan MaxDelay)
{
    /// <summary>One attempt, no retry.</summary>
    public static readonly RetryPolicy Once = new(1, TimeSpan.FromSeconds(10), 2.0, TimeSpan.FromMinutes(10));

    /// <summary>The wait after <paramref name="attempt"/> failed, spread by up to a fifth.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="spread">0 to 1; the caller derives it from the run, so that a replay waits as long.</param>
    public TimeSpan DelayAfter(int attempt, double spread)
    {
        var seconds = Math.Min(Delay.TotalSeconds * Math.Pow(Factor, attempt - 1), MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(seconds * (0.9 + (0.2 * spread)), MaxDelay.TotalSeconds));
    }
}
