namespace ActorCron.Core.Tests.Time;

/// <summary><c>H</c> as Jenkins has it: a value of the range that depends on the schedule's id alone.</summary>
public sealed class HashedFieldTests
{
    [Theory]
    // These values are part of what owners see: a new version of the product must not move their schedules.
    [InlineData("H H * * *", "reports/nightly", "2026-01-01T11:21Z")]
    [InlineData("H H * * *", "reports/nightly2", "2026-01-01T06:46Z")]
    [InlineData("H H H H ?", "a", "2026-11-03T16:55Z")]
    [InlineData("H H ? * H", "a", "2026-01-05T16:55Z")]
    [InlineData("H(0-29) 2 * * *", "reports/nightly", "2026-01-01T02:21Z")]
    [InlineData("H/15 * * * *", "reports/nightly", "2026-01-01T00:06Z")]
    [InlineData("0~30 2 * * *", "reports/nightly", "2026-01-01T02:21Z")]
    public void A_schedule_keeps_its_place_for_ever(string cron, string id, string first) =>
        Assert.Equal(first, Rules.Of(cron, id: id).Next(Rules.Created)!.Value.Text());

    [Theory]
    [InlineData("H * * * *", 60)]
    [InlineData("H(10-19) * * * *", 10)]
    [InlineData("10~19 * * * *", 10)]
    [InlineData("0 H * * *", 24)]
    // No day that a month may lack.
    [InlineData("0 0 H * *", 28)]
    [InlineData("0 0 1 H *", 12)]
    [InlineData("0 0 * * H", 7)]
    [InlineData("0 0 * * H(1-5)", 5)]
    [InlineData("0 0 * * H(5-7)", 3)]
    public void Schedules_spread_evenly_over_the_range(string cron, int places)
    {
        const int ids = 6_000;

        var counts = Enumerable.Range(0, ids).GroupBy(i => Rules.Of(cron, id: $"team/job-{i}").Next(Rules.Created)).Select(place => place.Count()).ToList();

        Assert.Equal(places, counts.Count);
        // Six standard deviations of a fair throw.
        Assert.All(counts, count => Assert.InRange(count, ids / places - 6 * Math.Sqrt(ids / places), ids / places + 6 * Math.Sqrt(ids / places)));
    }

    [Theory]
    [InlineData("H/15 * * * *", 15)]
    [InlineData("H/20 * * * *", 20)]
    [InlineData("H(0-29)/10 5 * * *", 10)]
    public void A_hashed_step_keeps_its_distance(string cron, int minutes)
    {
        var hour = Rules.Of(cron).Between(Rules.Utc("2026-01-01T04:59Z"), Rules.Utc("2026-01-01T05:59Z"), 60).ToList();

        Assert.Equal(cron.Contains('(') ? 3 : 60 / minutes, hour.Count);
        Assert.All(hour.Zip(hour.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(minutes), pair.Second - pair.First));
    }

    [Fact]
    public void Minute_and_hour_of_one_schedule_are_independent()
    {
        var places = Enumerable.Range(0, 20_000).Select(i => Rules.Of("H H * * *", id: $"job/{i}").Next(Rules.Created)).Distinct().Count();

        Assert.Equal(24 * 60, places);
    }

    [Fact]
    public void A_hashed_hour_is_a_fixed_time()
    {
        // Berlin falls back on 2026-10-25; an interval rule would fire 25 times.
        var rule = Rules.Of("H 0-23 * * *", "Europe/Berlin");

        Assert.Equal(24, rule.Between(Rules.Utc("2026-10-24T22:00Z"), Rules.Utc("2026-10-25T23:00Z").AddTicks(-1), 99).Count());
    }
}
