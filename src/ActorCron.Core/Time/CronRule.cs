using System.Collections.Concurrent;

namespace ActorCron.Core.Time;

/// <summary>A cron pattern on the clocks of a zone. Schedules that mean the same share one instance.</summary>
/// <remarks>
/// An interval rule (minute or hour starts with <c>*</c>) fires whenever the local clock shows a named time.
/// A fixed-time rule treats clock changes as its <see cref="DstPolicy"/> says; so does cronie, for which this is the only choice.
/// </remarks>
internal sealed class CronRule : TimeRule, IEquatable<CronRule>
{
    /// <summary>Enough for a million schedules whose hours and minutes are spread by <c>H</c> over a few zones.</summary>
    private const int SharedRules = 65536;

    /// <summary>Where the search gives up: no pattern is rarer than 40 years, but a policy may drop an occurrence.</summary>
    private const long HorizonSeconds = 85L * 366 * 86400;

    /// <summary>More than any clock change or difference between two zones.</summary>
    private const long TwoDays = 2 * 86400;

    private static readonly ConcurrentDictionary<CronRule, CronRule> Shared = new();

    private CronRule(in CronPattern pattern, ZoneClock clock, DstPolicy? dst)
    {
        Pattern = pattern;
        Clock = clock;
        Dst = dst;
    }

    public CronPattern Pattern { get; }
    public ZoneClock Clock { get; }

    /// <summary>How it meets clock changes; null for an interval rule.</summary>
    public DstPolicy? Dst { get; }

    public override bool HasSeconds => Pattern.Seconds != 1;

    /// <summary>A rule for the pattern, the same instance as an equal one where possible.</summary>
    public static CronRule Of(in CronPattern pattern, bool isInterval, ZoneClock clock, DstPolicy dst)
    {
        var rule = new CronRule(pattern, clock, isInterval || clock.IsFixed ? null : dst);
        if (Shared.TryGetValue(rule, out var shared)) return shared;
        // Sharing saves memory and nothing else, so that a full table may start over.
        if (Shared.Count >= SharedRules) Shared.Clear();
        return Shared.GetOrAdd(rule, rule);
    }

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var instant = NextInstant(after.UtcTicks / TimeSpan.TicksPerSecond + 1);
        return instant < 0 ? null : new DateTimeOffset(instant * TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }

    /// <summary>The first occurrence at or after an instant, in UTC seconds; -1 for none.</summary>
    private long NextInstant(long from)
    {
        var horizon = Math.Min(from + HorizonSeconds, ZoneYear.EndOfTime - 1);
        var at = from;
        while (at <= horizon)
        {
            var segment = Clock.At(at);
            if (at == segment.Start && FiresAfterGap(segment)) return at;

            var local = at + segment.Offset;
            if (Dst is { Overlap: DstOverlap.First } && segment.StartsWithRepeat) local = Math.Max(local, segment.RepeatsUntil);
            local = Pattern.NextFrom(local);
            if (local < 0) return -1;

            var instant = local - segment.Offset;
            if (instant < segment.End)
            {
                var happensAgain = Dst is { Overlap: DstOverlap.Second } && local >= segment.RepeatedFrom;
                if (!happensAgain) return instant <= horizon ? instant : -1;
                at = segment.NextChange;
            }
            // No named local time lies between here and there, so that changes in between have nothing to skip or repeat;
            // only a change close by could repeat a time from before `at`.
            else if (segment.NextChange > at + TwoDays)
                at = Math.Max(segment.End, instant - 2 * TwoDays);
            else
                at = segment.End;
        }
        return -1;
    }

    private bool FiresAfterGap(in ZoneSegment segment)
    {
        if (Dst is not { Gap: DstGap.Fire } || !segment.StartsWithGap) return false;
        var skipped = Pattern.NextFrom(segment.Start + segment.OffsetBefore);
        return skipped >= 0 && skipped < segment.Start + segment.Offset;
    }

    public bool Equals(CronRule? other) =>
        other is not null && Pattern == other.Pattern && ReferenceEquals(Clock, other.Clock) && Dst == other.Dst;

    public override bool Equals(object? obj) => Equals(obj as CronRule);

    public override int GetHashCode() => HashCode.Combine(Pattern, Clock, Dst);
}
