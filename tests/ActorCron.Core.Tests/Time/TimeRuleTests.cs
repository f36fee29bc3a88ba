using ActorCron.Core.Time;
using CsCheck;

namespace ActorCron.Core.Tests.Time;

public sealed class TimeRuleTests
{
    [Fact]
    public void An_interval_counts_from_the_start_which_is_its_first_occurrence()
    {
        var rule = Rules.Of(new TimeSpec { Every = TimeSpan.FromSeconds(90), StartAt = Rules.Utc("2026-03-29T00:59Z") });

        Assert.Equal("2026-03-29T00:59Z 2026-03-29T01:00:30Z 2026-03-29T01:02Z", rule.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 3).Text());
    }

    [Fact]
    public void An_interval_without_a_start_first_fires_one_interval_after_the_creation()
    {
        var rule = Rules.Of(new TimeSpec { Every = TimeSpan.FromHours(25) });

        Assert.Equal("2026-01-02T01:00Z 2026-01-03T02:00Z", rule.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 2).Text());
        Assert.Equal("2026-06-01T01:00Z", rule.Next(Rules.Utc("2026-05-31T07:00Z"))!.Value.Text());
    }

    [Fact]
    public void Intervals_fall_on_a_grid_and_none_is_left_out() =>
        Gen.Select(Gen.Long[1, 10_000_000], Gen.Long[-1_000_000_000, 1_000_000_000], Gen.Long[-2_000_000_000, 2_000_000_000]).Sample((seconds, start, after) =>
        {
            var first = Rules.Created.AddSeconds(start);
            var rule = Rules.Of(new TimeSpec { Every = TimeSpan.FromSeconds(seconds), StartAt = first });

            var next = rule.Next(Rules.Created.AddSeconds(after))!.Value;

            Assert.Equal(0, (next - first).Ticks % TimeSpan.FromSeconds(seconds).Ticks);
            Assert.True(next > Rules.Created.AddSeconds(after) && next >= first);
            Assert.True(next == first || next - TimeSpan.FromSeconds(seconds) <= Rules.Created.AddSeconds(after));
        });

    [Fact]
    public void An_instant_occurs_once_and_never_early()
    {
        var rule = Rules.Of(new TimeSpec { At = Rules.Utc("2026-11-24T01:15:00.001Z") });

        Assert.Equal("2026-11-24T01:15:01Z", rule.Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 9).Text());
        Assert.Null(rule.Next(Rules.Utc("2026-11-24T01:15:01Z")));
    }

    [Theory]
    // Both ends belong to the window.
    [InlineData("2026-01-02T00:00Z", "2026-01-04T00:00Z", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z")]
    [InlineData("2026-01-02T00:00:01Z", "2026-01-03T23:59:59Z", "2026-01-03T00:00Z")]
    [InlineData("2026-01-01T23:59:59.5Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00Z")]
    public void A_window_bounds_every_kind_of_rule(string start, string end, string expected)
    {
        var window = new TimeSpec { StartAt = Rules.Utc(start), EndAt = Rules.Utc(end) };
        var all = (TimeSpec spec) => Rules.Of(spec).Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100).Text();

        Assert.Equal(expected, all(window with { Cron = "0 0 * * *" }));
        Assert.Equal(expected, all(window with { Fields = new CronFields("0", "0") }));
        if (window.StartAt!.Value.TimeOfDay == TimeSpan.Zero) Assert.Equal(expected, all(window with { Every = TimeSpan.FromDays(1) }));
        Assert.Equal(expected.Split(' ')[0], all(window with { At = Rules.Utc(expected.Split(' ')[0]) }));
    }

    [Fact]
    public void Occurrences_are_strictly_after_and_in_whole_seconds()
    {
        var rule = Rules.Of("0 0 * * *");

        Assert.Equal("2026-01-02T00:00Z", rule.Next(Rules.Utc("2026-01-01T00:00Z"))!.Value.Text());
        Assert.Equal("2026-01-01T00:00Z", rule.Next(Rules.Utc("2025-12-31T23:59:59.9999999Z"))!.Value.Text());
        Assert.Equal("2026-01-02T00:00Z", rule.Next(Rules.Utc("2026-01-01T00:00:00.0000001Z"))!.Value.Text());
        Assert.Equal(TimeSpan.Zero, rule.Next(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(5)))!.Value.Offset);
    }

    [Fact]
    public void Between_ends_at_its_bound_of_time_and_of_number()
    {
        var rule = Rules.Of("*/20 * * * * *");

        Assert.Equal("2026-01-01T00:00:20Z 2026-01-01T00:00:40Z 2026-01-01T00:01Z", rule.Between(Rules.Created, Rules.Created.AddMinutes(1), 99).Text());
        Assert.Equal(5, rule.Between(Rules.Created, DateTimeOffset.MaxValue, 5).Count());
        Assert.Empty(rule.Between(Rules.Created, Rules.Created, 5));
    }

    [Theory]
    [InlineData("15 2 * * *", "2026-01-01T02:15:00Z", true)]
    [InlineData("15 2 * * *", "2026-01-01T02:15:59.9Z", true)]
    [InlineData("15 2 * * *", "2026-01-01T02:16:00Z", false)]
    [InlineData("15 2 * * *", "2026-01-01T02:14:59Z", false)]
    [InlineData("40 15 2 * * *", "2026-01-01T02:15:03Z", true)]
    [InlineData("@reboot", "2026-01-01T02:15:00Z", false)]
    public void A_rule_names_a_minute_if_it_occurs_within(string cron, string instant, bool expected) =>
        Assert.Equal(expected, Rules.Of(cron).Names(Rules.Utc(instant)));

    [Fact]
    public void The_first_and_last_instants_can_be_asked_for()
    {
        Assert.True(Rules.Of("1 0 * * *").Names(DateTimeOffset.MinValue.AddMinutes(1)));
        Assert.False(Rules.Of("0 12 * * *").Names(DateTimeOffset.MaxValue));
        Assert.False(Rules.Of("0 12 * * *", "Pacific/Apia").Names(DateTimeOffset.MinValue));
    }

    [Fact]
    public void Next_allocates_nothing()
    {
        TimeRule[] rules = [Rules.Of("15 2 * * mon-fri", "Europe/Berlin"), Rules.Of("0 0 LW * *", "America/New_York"), Rules.Of("@every 90s")];
        foreach (var rule in rules) Walk(rule, 3000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var rule in rules) Walk(rule, 3000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Equal_rules_are_one_object_so_that_a_million_schedules_stay_small()
    {
        Assert.Same(Rules.Of("*/15 2 * * mon-fri", "Europe/Berlin"), Rules.Of("*/15  2 * * 1-5", "Europe/Berlin"));
        Assert.NotSame(Rules.Of("30 2 * * *", "Europe/Berlin"), Rules.Of("30 2 * * *", "Europe/Paris"));
        Assert.NotSame(Rules.Of("30 2 * * *", "Europe/Berlin"), Rules.Of("30 2 * * *", "Europe/Berlin", gap: "skip"));
        Assert.NotSame(Rules.Of("0 0 13 * fri"), Rules.Of("0 0 13 * *"));

        var spread = Enumerable.Range(0, 10_000).Select(i => Rules.Of("H 3 * * *", id: $"job/{i}"));

        Assert.Equal(60, spread.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    private static void Walk(TimeRule rule, int steps)
    {
        var at = Rules.Created;
        for (var i = 0; i < steps; i++) at = rule.Next(at) is { Year: < 2030 } next ? next : Rules.Created;
    }
}
