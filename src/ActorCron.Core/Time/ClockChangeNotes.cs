using System.Globalization;

namespace ActorCron.Core.Time;

/// <summary>Says what a cron rule does on the days of clock changes, from the pattern and the zone alone.</summary>
internal static class ClockChangeNotes
{
    /// <summary>More local times are given as a range with their number.</summary>
    private const int MostTimesNamed = 3;

    /// <summary>Notes on the changes after one UTC second up to another that skip or repeat a time of the rule.</summary>
    public static IEnumerable<string> Between(CronRule rule, long after, long through)
    {
        foreach (var segment in rule.Clock.ChangesBetween(after, through))
        {
            if (segment.StartsWithGap)
            {
                if (AfterGap(rule, segment) is { } note) yield return note;
            }
            else if (InOverlap(rule, segment) is { } note)
            {
                yield return note;
            }
        }
    }

    private static string? AfterGap(CronRule rule, in ZoneSegment segment)
    {
        var (from, to) = (segment.Start + segment.OffsetBefore, segment.Start + segment.Offset);
        var times = new LocalTimes(rule.Pattern, from, to);
        if (times.Count == 0) return null;
        var zone = rule.Clock.Id;
        if (rule.Dst is not { } dst)
            return $"{Stretch(from, to)} does not exist in {zone}: an interval rule follows elapsed time and makes up for nothing";
        var (doNot, run) = times.Count == 1 ? ("does not", "fires") : ("do not", "one run for all, at");
        return dst.Gap == DstGap.Skip
            ? $"{times} {doNot} exist in {zone}: no run"
            : $"{times} {doNot} exist in {zone}: {run} {Show(to, relativeTo: from)}";
    }

    private static string? InOverlap(CronRule rule, in ZoneSegment segment)
    {
        var (from, to) = (segment.Start + segment.Offset, segment.Start + segment.OffsetBefore);
        var times = new LocalTimes(rule.Pattern, from, to);
        if (times.Count == 0) return null;
        var zone = rule.Clock.Id;
        if (rule.Dst is not { } dst)
            return $"{Stretch(from, to)} happens twice in {zone}: an interval rule follows elapsed time and fires throughout";
        var (happen, fire) = times.Count == 1 ? ("happens", "fires") : ("happen", "fire");
        var firstRun = Utc(times.First - segment.OffsetBefore);
        var secondRun = Utc(times.First - segment.Offset);
        var isOne = times.Count == 1;
        var which = dst.Overlap switch
        {
            DstOverlap.First => "the first time only" + (isOne ? $" ({firstRun})" : ""),
            DstOverlap.Second => "the second time only" + (isOne ? $" ({secondRun})" : ""),
            _ => "both times" + (isOne ? $" ({firstRun} and {secondRun})" : ""),
        };
        return $"{times} {happen} twice in {zone}: {fire} {which}";
    }

    private static string Stretch(long from, long to) => $"{Show(from)} to {Show(to, relativeTo: from)}";

    /// <summary>A local time; without its date where that is the one before it.</summary>
    private static string Show(long local, long? relativeTo = null)
    {
        var time = new DateTime(local * TimeSpan.TicksPerSecond);
        var clock = time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
        var sameDay = relativeTo is { } other && other / CronPattern.SecondsADay == local / CronPattern.SecondsADay;
        return sameDay ? clock : $"{time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} {clock}";
    }

    private static string Utc(long instant) =>
        new DateTime(instant * TimeSpan.TicksPerSecond).ToString(instant % 60 == 0 ? "HH:mm'Z'" : "HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The times of a pattern in a stretch of local time.</summary>
    private sealed class LocalTimes
    {
        private readonly List<long> _named = [];
        private readonly long _last;

        public LocalTimes(in CronPattern pattern, long from, long to)
        {
            for (var local = pattern.NextFrom(from); local >= 0 && local < to; local = pattern.NextFrom(local + 1))
            {
                if (_named.Count < MostTimesNamed) _named.Add(local);
                _last = local;
                Count++;
            }
        }

        public int Count { get; }

        public long First => _named[0];

        public override string ToString() => Count <= MostTimesNamed
            ? English.And([.. _named.Select(local => Show(local, relativeTo: local == First ? null : First))])
            : $"{Show(First)} to {Show(_last, relativeTo: First)} ({English.Count(Count)} times)";
    }
}
