using System.Collections.Concurrent;

namespace ActorCron.Core.Tests.Time;

/// <summary>Every zone of the tz database that this machine lists, every clock change from 1970 to 2037.</summary>
public sealed class AllZonesTests
{
    private static readonly DateTime From = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Through = new(2038, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly (string Cron, string Gap, string Overlap)[] Variants =
    [
        ("15,45 0-23 * * *", "fire", "first"),
        ("15,45 0-23 * * *", "skip", "second"),
        ("0,20 0-23 * * *", "fire", "both"),
        ("*/30 * * * *", "fire", "first"),
    ];

    [Fact]
    public void Around_every_clock_change_the_list_equals_a_minute_by_minute_walk()
    {
        var wrong = new ConcurrentBag<string>();
        var changes = 0;
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var rules = Variants.Select(v => (Engine: Rules.Of(v.Cron, zone.Id, v.Gap, v.Overlap), Oracle: new CronOracle(v.Cron), v.Gap, v.Overlap)).ToArray();
            foreach (var (at, shift) in ClockChanges(zone))
            {
                Interlocked.Increment(ref changes);
                var reach = shift.Duration() + TimeSpan.FromHours(2);
                // Monrovia's clocks once changed in mid-minute.
                var step = at.Second == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);
                var timeline = new LocalTimeline(zone, at - reach, at + reach, step, reach);
                foreach (var (engine, oracle, gap, overlap) in rules)
                {
                    var expected = oracle.Occurrences(timeline, gap == "fire", overlap);
                    var actual = engine.Between(new DateTimeOffset(at - reach).AddTicks(-1), at + reach, 1000);
                    if (!actual.SequenceEqual(expected)) wrong.Add($"{zone.Id} {at:u} {gap} {overlap}: {actual.Text()} instead of {expected.Text()}");
                }
            }
        });

        Assert.Empty(wrong);
        Assert.True(changes > 15000, $"only {changes} clock changes were seen: is the tz database complete?");
    }

    [Theory]
    [InlineData("15 2 * * *")]
    [InlineData("0 0 * * *")]
    [InlineData("45 23 * * *")]
    public void A_daily_rule_fires_once_for_every_day_of_the_calendar(string cron)
    {
        var wrong = new ConcurrentBag<string>();
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            var rule = Rules.Of(cron, zone.Id);
            var first = LocalDay(zone, From.AddDays(1));
            var (last, fired) = (first - 1, 0);
            foreach (var occurrence in rule.Between(From.AddDays(1), Through, 30000))
            {
                var day = LocalDay(zone, occurrence.UtcDateTime);
                // A time in a gap at midnight moves to the next day, as does a day that was skipped: then two fall on one date.
                if (day - last is < 0 or > 2) wrong.Add($"{zone.Id}: {occurrence.Text()} follows day {last:yyyy-MM-dd}");
                last = day;
                fired++;
            }
            var days = LocalDay(zone, Through) - first;
            if (Math.Abs(fired - days) > 1) wrong.Add($"{zone.Id}: {fired} occurrences on {days} days");
        });

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_rule_moves_forward_from_wherever_it_is_asked()
    {
        string[] rules = ["30 2 * * *", "*/7 * * * *", "0 0 29 2 *", "30 0 L * *", "15 1-3 ? * 7L"];
        var stuck = new ConcurrentBag<string>();
        Parallel.ForEach(TimeZoneInfo.GetSystemTimeZones(), zone =>
        {
            foreach (var rule in rules.Select(cron => Rules.Of(cron, zone.Id)))
            {
                for (var at = new DateTimeOffset(From); at < Through; at += TimeSpan.FromDays(29.3))
                    if (rule.Next(at) is not { } next || next <= at || rule.Next(next) is not { } second || second <= next || rule.Next(next.AddTicks(-1)) != next)
                        stuck.Add($"{zone.Id} {at:u}");
            }
        });

        Assert.Empty(stuck);
    }

    private static int LocalDay(TimeZoneInfo zone, DateTime instant) => DateOnly.FromDateTime(instant + zone.GetUtcOffset(instant)).DayNumber;

    private static IEnumerable<(DateTime At, TimeSpan Shift)> ClockChanges(TimeZoneInfo zone)
    {
        var step = TimeSpan.FromHours(12);
        for (var at = From; at < Through; at += step)
        {
            var (before, after) = (zone.GetUtcOffset(at), zone.GetUtcOffset(at + step));
            if (before == after) continue;
            var (low, high) = (at, at + step);
            while (high - low > TimeSpan.FromSeconds(1))
            {
                var middle = low + TimeSpan.FromSeconds(Math.Floor((high - low).TotalSeconds / 2));
                if (zone.GetUtcOffset(middle) == before) low = middle;
                else high = middle;
            }
            yield return (high, after - before);
        }
    }
}
