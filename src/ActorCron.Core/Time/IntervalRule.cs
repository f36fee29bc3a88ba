namespace ActorCron.Core.Time;

/// <summary>A fixed interval in elapsed time. Instants are UTC seconds since 0001-01-01.</summary>
/// <param name="first">Its first occurrence.</param>
/// <param name="seconds">From one to the next.</param>
internal sealed class IntervalRule(long first, long seconds) : TimeRule
{
    public TimeSpan Interval => TimeSpan.FromSeconds(seconds);

    public override bool HasSeconds => first % 60 != 0 || seconds % 60 != 0;

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var from = after.UtcTicks / TimeSpan.TicksPerSecond + 1;
        var next = from <= first ? first : first + (from - first + seconds - 1) / seconds * seconds;
        return next >= ZoneYear.EndOfTime ? null : new DateTimeOffset(next * TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }
}
