namespace ActorCron.Core.Dispatching;

/// <summary>Lets so many late runs go to the broker a second, over all queues; a fifth of a second's worth may go in one moment.</summary>
/// <param name="rate">A second.</param>
internal sealed class LateTokens(int rate)
{
    // In whole numbers, so that it adds up alike everywhere: a token is a second's ticks, and each tick brings as many as the rate.
    private const long Token = TimeSpan.TicksPerSecond;
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    private readonly long _most = (Token * rate / 5) + Token;
    private long _has;
    private TimeSpan? _at;

    /// <summary>Whether one more may go; if so, it is taken to go.</summary>
    /// <param name="now">Elapsed time.</param>
    public bool TryUse(TimeSpan now)
    {
        var gap = now - (_at ?? now);
        if (gap > LongestGap) gap = LongestGap;
        if (gap >= TimeSpan.Zero)
        {
            _has = Math.Min(_most, _has + (gap.Ticks * rate));
            _at = now;
        }
        if (_has < Token) return false;
        _has -= Token;
        return true;
    }
}
