namespace ActorCron.Core;

/// <summary>How long to wait before something is tried again: twice as long after each failure, up to a bound.</summary>
/// <param name="First">The wait that doubles.</param>
/// <param name="Longest">The bound.</param>
public readonly record struct BackOff(TimeSpan First, TimeSpan Longest)
{
    private const int MostDoublings = 20;

    /// <summary>The wait after so many failures in a row: <c>First × 2^failures</c>, at most <see cref="Longest"/>.</summary>
    /// <param name="failures">Not negative.</param>
    public TimeSpan After(int failures)
    {
        var doubled = First * (1L << Math.Min(failures, MostDoublings));
        return doubled < Longest ? doubled : Longest;
    }
}
