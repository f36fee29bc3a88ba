using System.Collections.Concurrent;

namespace ActorCron.Core.Time;

/// <summary>When a zone's clocks change. Works from the offsets of UTC instants alone: the adjustment rules of
/// <see cref="TimeZoneInfo"/> cannot express every zone (negative DST, changed base offsets) and are best left unread.
/// One instance a zone; years are looked at on first use and kept.</summary>
internal sealed class ZoneClock
{
    private const int FirstKeptYear = 1900;
    private const int LastKeptYear = 2200;
    private const long Day = 86400;

    /// <summary>A year is known this far beyond both ends. No clock change is larger than 26 hours.</summary>
    private const long Margin = 2 * Day;

    private static readonly ConcurrentDictionary<string, ZoneClock> Known = new(StringComparer.Ordinal);

    private readonly TimeZoneInfo _zone;
    private readonly ZoneYear?[] _years;

    private ZoneClock(TimeZoneInfo zone)
    {
        _zone = zone;
        // A zone without rules has one offset for ever.
        IsFixed = zone.GetAdjustmentRules().Length == 0;
        _years = IsFixed ? [] : new ZoneYear?[LastKeptYear - FirstKeptYear + 1];
    }

    /// <summary>The IANA id.</summary>
    public string Id => _zone.Id;

    /// <summary>Whether its clocks never change.</summary>
    public bool IsFixed { get; }

    /// <summary>The clock of a zone; one instance for each id, however often it is asked for.</summary>
    public static ZoneClock Of(TimeZoneInfo zone) => Known.GetOrAdd(zone.Id, static (_, zone) => new ZoneClock(zone), zone);

    /// <summary>The stretch of one offset that holds an instant.</summary>
    public ZoneSegment At(long instant)
    {
        if (IsFixed)
        {
            var offset = (int)(_zone.BaseUtcOffset.Ticks / TimeSpan.TicksPerSecond);
            return new ZoneSegment(-ZoneSegment.Never, ZoneSegment.Never, ZoneSegment.Never, offset, offset, offset);
        }
        var date = CivilDate.FromDayNumber((int)(instant / Day));
        return YearOf(date.Year).At(instant);
    }

    /// <summary>The same instant with the offset that its clocks have then.</summary>
    public DateTimeOffset ToLocal(DateTimeOffset instant)
    {
        var offset = TimeSpan.FromSeconds(At(instant.UtcTicks / TimeSpan.TicksPerSecond).Offset);
        // An offset that leads out of the calendar, in its first or last hours, is not worth failing for.
        var local = instant.UtcTicks + offset.Ticks;
        return local < 0 || local > DateTime.MaxValue.Ticks ? instant.ToUniversalTime() : instant.ToOffset(offset);
    }

    /// <summary>The stretches that begin after one instant, up to and with another, oldest first.</summary>
    public IEnumerable<ZoneSegment> ChangesBetween(long after, long through)
    {
        for (var at = after; at <= through;)
        {
            var segment = At(at);
            // A change beyond the end is one of the next year, which tells it again.
            if (segment.NextChange == segment.End && segment.NextChange <= through) yield return At(segment.NextChange);
            at = segment.End;
        }
    }

    private ZoneYear YearOf(int year)
    {
        if (year is < FirstKeptYear or > LastKeptYear) return FindChanges(year);
        ref var kept = ref _years[year - FirstKeptYear];
        // Two threads may both search; they find the same, and either may be kept.
        return Volatile.Read(ref kept) ?? Interlocked.CompareExchange(ref kept, FindChanges(year), null) ?? kept!;
    }

    private ZoneYear FindChanges(int year)
    {
        var from = Math.Max(0, CivilDate.FirstOf(year, 1) * Day - Margin);
        var yearEnd = year == CivilDate.LastYear ? ZoneYear.EndOfTime : CivilDate.FirstOf(year + 1, 1) * Day;
        var through = Math.Min(yearEnd + Margin, ZoneYear.EndOfTime - 1);
        var changes = new List<ZoneYear.Change>(4);
        var firstOffset = OffsetAt(from);
        var offset = firstOffset;
        // A day at a time: no zone has ever changed its clocks twice within one (the tz database's closest pair is four days apart).
        for (var at = from; at < through;)
        {
            var next = Math.Min(at + Day, through);
            if (OffsetAt(next) != offset)
            {
                next = FirstChange(at, next, offset);
                changes.Add(new ZoneYear.Change(next, offset = OffsetAt(next)));
            }
            at = next;
        }
        return new ZoneYear(yearEnd, firstOffset, [.. changes]);
    }

    private long FirstChange(long unchanged, long changed, int offset)
    {
        while (changed - unchanged > 1)
        {
            var middle = unchanged + (changed - unchanged) / 2;
            if (OffsetAt(middle) == offset) unchanged = middle;
            else changed = middle;
        }
        return changed;
    }

    private int OffsetAt(long instant) =>
        (int)(_zone.GetUtcOffset(new DateTime(instant * TimeSpan.TicksPerSecond, DateTimeKind.Utc)).Ticks / TimeSpan.TicksPerSecond);
}
