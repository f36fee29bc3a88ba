namespace ActorCron.Core.Time;

/// <summary>The clock changes of one zone that matter for the instants of one UTC year.</summary>
/// <param name="end">The first instant of the next year.</param>
/// <param name="firstOffset">The offset before the first change.</param>
/// <param name="changes">The changes from two days before the year to two days after, oldest first.</param>
internal sealed class ZoneYear(long end, int firstOffset, ZoneYear.Change[] changes)
{
    /// <summary>Where the calendar ends, exclusive: 10000-01-01.</summary>
    public const long EndOfTime = 315537897600;

    /// <summary>A new offset from an instant on.</summary>
    internal readonly record struct Change(long At, int Offset);

    /// <summary>The stretch of one offset that holds an instant of the year.</summary>
    public ZoneSegment At(long instant)
    {
        var next = 0;
        while (next < changes.Length && changes[next].At <= instant) next++;
        var (start, offset) = next == 0 ? (-ZoneSegment.Never, firstOffset) : (changes[next - 1].At, changes[next - 1].Offset);
        var before = next <= 1 ? firstOffset : changes[next - 2].Offset;
        var (nextChange, after) = next == changes.Length ? (ZoneSegment.Never, offset) : (changes[next].At, changes[next].Offset);
        return new ZoneSegment(start, Math.Min(end, nextChange), nextChange, before, offset, after);
    }
}
