using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>Puts a compiled rule into words.</summary>
internal static class RuleExplainer
{
    /// <summary>However many occurrences are asked for.</summary>
    public const int MostOccurrences = 1000;

    /// <summary>From here on, one rule alone is a load.</summary>
    private const double ManyADay = 8640;

    private const double DaysAYear = 365.2425;

    /// <summary>How far ahead clock changes are told.</summary>
    private const long LookAheadSeconds = 366L * 86400;

    /// <param name="spec">The rule as written.</param>
    /// <param name="rule">Its compiled form.</param>
    /// <param name="textNotes">What the parser remarked.</param>
    /// <param name="from">Occurrences after this instant.</param>
    /// <param name="count">How many.</param>
    public static RuleExplanation Explain(TimeSpec spec, TimeRule rule, IEnumerable<string> textNotes, DateTimeOffset from, int count)
    {
        var inner = rule is WindowedRule windowed ? windowed.Rule : rule;
        var clock = (inner as CronRule)?.Clock ?? (ZoneNames.TryFind(spec.TimeZone, out var named, out _) ? named! : ZoneClock.Of(TimeZoneInfo.Utc));
        ImmutableArray<DateTimeOffset> next = [.. rule.Between(from, DateTimeOffset.MaxValue, Math.Clamp(count, 0, MostOccurrences))];
        var timesAYear = TimesAYear(inner);
        var notes = ImmutableArray.CreateBuilder<string>();
        notes.AddRange(textNotes);
        if (inner is CronRule cron)
        {
            if (!clock.Id.Equals(spec.TimeZone, StringComparison.OrdinalIgnoreCase)) notes.Add($"the zone in the text decides: {clock.Id}");
            notes.AddRange(PatternNotes.Of(cron.Pattern));
            notes.AddRange(ClockChanges(cron, rule as WindowedRule, from));
        }
        if (HowOften(timesAYear) is { } often) notes.Add(often);
        notes.AddRange(Window(spec, rule, from));
        return new RuleExplanation(Describe(inner, spec, clock), clock.Id, next, [.. next.Select(clock.ToLocal)], timesAYear, notes.ToImmutable());
    }

    private static string Describe(TimeRule rule, TimeSpec spec, ZoneClock clock) => rule switch
    {
        CronRule { Pattern: var pattern } => WithDays(TimeOfDayWords.Of(pattern), DayWords.Of(pattern)),
        IntervalRule every => $"Every {English.Interval(every.Interval)}, counted from {(spec.StartAt is null ? "the schedule's creation" : "its start")}",
        InstantRule once => $"Once, at {clock.ToLocal(once.Instant).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}",
        RebootRule => "Once, when the cluster forms",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown kind of rule."),
    };

    private static string WithDays(string time, string? days)
    {
        var isClockTimes = time is ['A', 't', ' ', _, _, ':', ..];
        if (days is null) return isClockTimes ? $"{time}, every day" : time;
        return isClockTimes && days.StartsWith(DayWords.OnlyMonths, StringComparison.Ordinal) ? $"{time}, every day {days}" : $"{time}, {days}";
    }

    private static double TimesAYear(TimeRule rule) => rule switch
    {
        CronRule { Pattern: var pattern } => DaysInCycle(pattern) / 400.0 * pattern.TimesADay,
        IntervalRule every => TimeSpan.FromDays(DaysAYear) / every.Interval,
        _ => 0,
    };

    /// <summary>The days that a pattern names in the 400 years after which the calendar repeats.</summary>
    private static int DaysInCycle(in CronPattern pattern)
    {
        var days = 0;
        for (var year = 2000; year < 2400; year++)
            for (var month = 1; month <= 12; month++)
                days += BitOperations.PopCount(pattern.DaysOf(year, month));
        return days;
    }

    private static string? HowOften(double timesAYear)
    {
        if (timesAYear == 0) return null;
        var aDay = timesAYear / DaysAYear;
        if (aDay >= ManyADay) return $"warning: fires {English.Count(aDay)} times a day; each one is a run that is stored and dispatched";
        if (timesAYear >= 0.995) return $"fires {(timesAYear < 1.5 ? "once" : $"{English.Count(timesAYear)} times")} a year";
        return $"fires once in {(1 / timesAYear).ToString("0.#", CultureInfo.InvariantCulture)} years on average";
    }

    private static IEnumerable<string> ClockChanges(CronRule rule, WindowedRule? window, DateTimeOffset from)
    {
        var start = window?.Start > from ? window.Start.Value : from;
        var after = start.UtcTicks / TimeSpan.TicksPerSecond;
        var through = Math.Min(after + LookAheadSeconds, ZoneYear.EndOfTime - 1);
        if (window?.End is { } end) through = Math.Min(through, end.UtcTicks / TimeSpan.TicksPerSecond);
        return ClockChangeNotes.Between(rule, after, through);
    }

    private static IEnumerable<string> Window(TimeSpec spec, TimeRule rule, DateTimeOffset from)
    {
        if (rule.IsReboot) yield break;
        if (spec.StartAt is { } start) yield return $"not before {Show(start)}";
        if (spec.EndAt is { } end) yield return $"not after {Show(end)}";
        if (rule.Next(from) is null) yield return $"no occurrence after {Show(from)}";
    }

    private static string Show(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
