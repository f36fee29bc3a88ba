using System.Globalization;
using ActorCron.Core.Time;

namespace ActorCron.Core.Tests.Time;

/// <summary>Short ways to compile rules and to write their times down.</summary>
internal static class Rules
{
    public static readonly DateTimeOffset Created = Utc("2026-01-01T00:00Z");

    public static TimeRule Of(string cron, string zone = "UTC", string gap = "fire", string overlap = "first", string id = "s") =>
        Of(new TimeSpec { Cron = cron, TimeZone = zone, Dst = Dst(gap, overlap) }, id);

    public static TimeRule Of(TimeSpec spec, string id = "s") =>
        TimeRule.TryCreate(spec, id, Created, out var rule, out var problem) ? rule : throw new ArgumentException($"{problem}");

    public static RuleProblem ProblemOf(TimeSpec spec) =>
        TimeRule.TryCreate(spec, "s", Created, out _, out var problem) ? throw new ArgumentException($"{spec} is accepted") : problem;

    public static RuleProblem ProblemOf(string cron) => ProblemOf(new TimeSpec { Cron = cron });

    public static DstPolicy Dst(string gap, string overlap) =>
        new(Enum.Parse<DstGap>(gap, ignoreCase: true), Enum.Parse<DstOverlap>(overlap, ignoreCase: true));

    public static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    /// <summary>UTC to the minute, or to the second where it is not 0.</summary>
    public static string Text(this DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(instant.Second == 0 ? "yyyy-MM-ddTHH:mmZ" : "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string Text(this IEnumerable<DateTimeOffset> instants) => string.Join(' ', instants.Select(Text));
}
