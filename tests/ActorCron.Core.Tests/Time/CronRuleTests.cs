using ActorCron.Core.Time;

namespace ActorCron.Core.Tests.Time;

/// <summary>Whole rules and their first occurrences, UTC, after 2026-01-01T00:00 unless said otherwise.</summary>
public sealed class CronRuleTests
{
    [Theory]
    // The examples of crontab(5), vixie cron and cronie, in our own words.
    // Five past midnight, daily.
    [InlineData("5 0 * * *", "2026-01-01T00:05Z 2026-01-02T00:05Z")]
    // A quarter past two in the afternoon on the first of each month.
    [InlineData("15 14 1 * *", "2026-01-01T14:15Z 2026-02-01T14:15Z")]
    // Ten at night on working days.
    [InlineData("0 22 * * 1-5", "2026-01-01T22:00Z 2026-01-02T22:00Z 2026-01-05T22:00Z")]
    // 23 minutes past every second hour.
    [InlineData("23 0-23/2 * * *", "2026-01-01T00:23Z 2026-01-01T02:23Z 2026-01-01T04:23Z")]
    // Sundays at five past four.
    [InlineData("5 4 * * sun", "2026-01-04T04:05Z 2026-01-11T04:05Z")]
    // Half past four on the 1st and 15th and on every Friday.
    [InlineData("30 4 1,15 * 5", "2026-01-01T04:30Z 2026-01-02T04:30Z 2026-01-09T04:30Z 2026-01-15T04:30Z 2026-01-16T04:30Z")]
    // The crontab(5) trick for the second Saturday does not do what it hopes: either matches.
    [InlineData("0 4 8-14 * 6", "2026-01-03T04:00Z 2026-01-08T04:00Z 2026-01-09T04:00Z")]
    [InlineData("* * * * *", "2026-01-01T00:01Z 2026-01-01T00:02Z 2026-01-01T00:03Z")]
    [InlineData("*/5 * * * *", "2026-01-01T00:05Z 2026-01-01T00:10Z")]
    [InlineData("0 0 29 2 *", "2028-02-29T00:00Z 2032-02-29T00:00Z")]
    [InlineData("59 23 31 12 *", "2026-12-31T23:59Z 2027-12-31T23:59Z")]
    [InlineData("0 0 31 */2 *", "2026-01-31T00:00Z 2026-03-31T00:00Z 2026-05-31T00:00Z 2026-07-31T00:00Z 2027-01-31T00:00Z")]
    // Blanks and tabs between and around the fields.
    [InlineData("  5\t0  *   * * ", "2026-01-01T00:05Z")]
    // Macros.
    [InlineData("@hourly", "2026-01-01T01:00Z 2026-01-01T02:00Z")]
    [InlineData("@daily", "2026-01-02T00:00Z 2026-01-03T00:00Z")]
    [InlineData("@midnight", "2026-01-02T00:00Z")]
    [InlineData("@weekly", "2026-01-04T00:00Z 2026-01-11T00:00Z")]
    [InlineData("@monthly", "2026-02-01T00:00Z 2026-03-01T00:00Z")]
    [InlineData("@yearly", "2027-01-01T00:00Z")]
    [InlineData("@annually", "2027-01-01T00:00Z")]
    [InlineData("@Daily", "2026-01-02T00:00Z")]
    [InlineData(" @daily ", "2026-01-02T00:00Z")]
    // Go's cron and Cronos have these too.
    [InlineData("@every 90s", "2026-01-01T00:01:30Z 2026-01-01T00:03Z")]
    [InlineData("@every 1h30m", "2026-01-01T01:30Z 2026-01-01T03:00Z")]
    [InlineData("@every PT36H", "2026-01-02T12:00Z 2026-01-04T00:00Z")]
    [InlineData("@every 2d", "2026-01-03T00:00Z")]
    [InlineData("@every 1d12h", "2026-01-02T12:00Z")]
    [InlineData("@every_minute", "2026-01-01T00:01Z")]
    [InlineData("@every_second", "2026-01-01T00:00:01Z 2026-01-01T00:00:02Z")]
    [InlineData("@at 2026-11-24T01:15:00Z", "2026-11-24T01:15Z")]
    [InlineData("@at 2026-11-24T01:15Z", "2026-11-24T01:15Z")]
    [InlineData("@at 2026-11-24T01:15+02:00", "2026-11-23T23:15Z")]
    [InlineData("@at 2026-11-24T01:15:07.25Z", "2026-11-24T01:15:08Z")]
    // A zone in front, as cronie's CRON_TZ and Go's cron have it. Tokyo is nine hours ahead.
    [InlineData("CRON_TZ=Asia/Tokyo 0 9 * * *", "2026-01-02T00:00Z 2026-01-03T00:00Z")]
    [InlineData("TZ=Asia/Tokyo 30 9 * * *", "2026-01-01T00:30Z")]
    [InlineData("CRON_TZ=Asia/Tokyo @daily", "2026-01-01T15:00Z")]
    public void A_rule_fires_as_cron_has_it(string cron, string expected) => Fires(cron, expected);

    [Theory]
    // The examples of Quartz's CronTrigger tutorial, weekdays by name since Quartz counts them from 1.
    [InlineData("0 0 12 * * ?", "2026-01-01T12:00Z 2026-01-02T12:00Z")]
    [InlineData("0 15 10 ? * *", "2026-01-01T10:15Z 2026-01-02T10:15Z")]
    [InlineData("0 15 10 * * ?", "2026-01-01T10:15Z")]
    [InlineData("0 * 14 * * ?", "2026-01-01T14:00Z 2026-01-01T14:01Z")]
    [InlineData("0 0/5 14 * * ?", "2026-01-01T14:00Z 2026-01-01T14:05Z")]
    [InlineData("0 0/5 14,18 * * ?", "2026-01-01T14:00Z 2026-01-01T14:05Z")]
    [InlineData("0 0-5 14 * * ?", "2026-01-01T14:00Z 2026-01-01T14:01Z")]
    [InlineData("0 10,44 14 ? 3 WED", "2026-03-04T14:10Z 2026-03-04T14:44Z 2026-03-11T14:10Z")]
    [InlineData("0 15 10 ? * MON-FRI", "2026-01-01T10:15Z 2026-01-02T10:15Z 2026-01-05T10:15Z")]
    [InlineData("0 15 10 15 * ?", "2026-01-15T10:15Z 2026-02-15T10:15Z")]
    [InlineData("0 15 10 L * ?", "2026-01-31T10:15Z 2026-02-28T10:15Z")]
    [InlineData("0 15 10 L-2 * ?", "2026-01-29T10:15Z 2026-02-26T10:15Z")]
    [InlineData("0 15 10 ? * FRIL", "2026-01-30T10:15Z 2026-02-27T10:15Z")]
    [InlineData("0 15 10 ? * FRI#3", "2026-01-16T10:15Z 2026-02-20T10:15Z")]
    [InlineData("0 0 12 1/5 * ?", "2026-01-01T12:00Z 2026-01-06T12:00Z")]
    [InlineData("0 11 11 11 11 ?", "2026-11-11T11:11Z 2027-11-11T11:11Z")]
    [InlineData("10/20 0 0 1 1 ?", "2026-01-01T00:00:10Z 2026-01-01T00:00:30Z 2026-01-01T00:00:50Z 2027-01-01T00:00:10Z")]
    [InlineData("0 0 0 1W * ?", "2026-02-02T00:00Z 2026-03-02T00:00Z 2026-04-01T00:00Z")]
    [InlineData("0 0 0 LW * ?", "2026-01-30T00:00Z 2026-02-27T00:00Z 2026-03-31T00:00Z")]
    public void A_rule_fires_as_Quartz_has_it(string cron, string expected) => Fires(cron, expected);

    [Theory]
    // The README of Cronos: its extensions and its examples of what they mean.
    [InlineData("0 0 L * *", "2026-01-31T00:00Z 2026-02-28T00:00Z")]
    [InlineData("0 0 L-1 * *", "2026-01-30T00:00Z 2026-02-27T00:00Z")]
    [InlineData("0 0 3W * *", "2026-01-02T00:00Z 2026-02-03T00:00Z 2026-03-03T00:00Z")]
    [InlineData("0 0 LW * *", "2026-01-30T00:00Z 2026-02-27T00:00Z")]
    [InlineData("0 0 * * 2L", "2026-01-27T00:00Z 2026-02-24T00:00Z")]
    [InlineData("0 0 * * 6#3", "2026-01-17T00:00Z 2026-02-21T00:00Z")]
    [InlineData("0 0 ? 1 mon#1", "2026-01-05T00:00Z 2027-01-04T00:00Z")]
    [InlineData("0 0 * * mon-fri", "2026-01-02T00:00Z 2026-01-05T00:00Z")]
    [InlineData("0 0 13 8 *", "2026-08-13T00:00Z")]
    [InlineData("0 */10 * * * *", "2026-01-01T00:10Z 2026-01-01T00:20Z")]
    [InlineData("*/30 * * * * *", "2026-01-01T00:00:30Z 2026-01-01T00:01Z")]
    [InlineData("0 22-2 * * *", "2026-01-01T01:00Z 2026-01-01T02:00Z 2026-01-01T22:00Z")]
    [InlineData("0 0 * * fri-mon", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-05T00:00Z 2026-01-09T00:00Z")]
    [InlineData("0 0 * nov-jan *", "2026-01-02T00:00Z 2026-01-03T00:00Z")]
    public void A_rule_fires_as_Cronos_has_it(string cron, string expected) => Fires(cron, expected);

    [Theory]
    // systemd.time(7): the cron rule beside the calendar event that means the same.
    [InlineData("* * * * *", "2026-01-01T00:01Z")] // minutely
    [InlineData("0 * * * *", "2026-01-01T01:00Z")] // hourly
    [InlineData("0 0 * * *", "2026-01-02T00:00Z")] // daily
    [InlineData("0 0 * * mon", "2026-01-05T00:00Z")] // weekly
    [InlineData("0 0 1 * *", "2026-02-01T00:00Z")] // monthly
    [InlineData("0 0 1 */3 *", "2026-04-01T00:00Z 2026-07-01T00:00Z")] // quarterly
    [InlineData("0 0 1 1/6 *", "2026-07-01T00:00Z 2027-01-01T00:00Z")] // semiannually
    [InlineData("0 0 1 1 *", "2027-01-01T00:00Z")] // yearly
    [InlineData("15 2 * * mon-fri", "2026-01-01T02:15Z 2026-01-02T02:15Z 2026-01-05T02:15Z")] // Mon..Fri *-*-* 02:15
    [InlineData("0 8 * * sat,sun", "2026-01-03T08:00Z 2026-01-04T08:00Z 2026-01-10T08:00Z")] // Sat,Sun *-*-* 08:00
    [InlineData("*/15 * * * *", "2026-01-01T00:15Z 2026-01-01T00:30Z")] // *-*-* *:00/15:00
    [InlineData("30 */2 * * *", "2026-01-01T00:30Z 2026-01-01T02:30Z")] // *-*-* 00/2:30
    [InlineData("0 0 L 2 *", "2026-02-28T00:00Z 2027-02-28T00:00Z 2028-02-29T00:00Z")] // *-02~01 00:00
    [InlineData("0 12 L-2 * *", "2026-01-29T12:00Z 2026-02-26T12:00Z")] // *-*~03 12:00
    [InlineData("0 0 ? 5 monL", "2026-05-25T00:00Z 2027-05-31T00:00Z")] // Mon *-05~07/1 00:00
    [InlineData("*/20 0 12 * * *", "2026-01-01T12:00Z 2026-01-01T12:00:20Z 2026-01-01T12:00:40Z 2026-01-02T12:00Z")] // *-*-* 12:00:00/20
    [InlineData("30 18 24,25 12 *", "2026-12-24T18:30Z 2026-12-25T18:30Z 2027-12-24T18:30Z")] // *-12-24,25 18:30
    public void A_rule_fires_as_its_systemd_counterpart(string cron, string expected) => Fires(cron, expected);

    [Fact]
    public void Fields_apart_mean_the_same_as_one_text()
    {
        var fields = new CronFields(Minute: "15", Hour: "2", DayOfWeek: " mon-fri ");

        var apart = Rules.Of(new TimeSpec { Fields = fields, TimeZone = "Europe/Berlin" });

        Assert.Equal("2026-01-01T01:15Z 2026-01-02T01:15Z 2026-01-05T01:15Z", apart.Between(Rules.Created, DateTimeOffset.MaxValue, 3).Text());
        Assert.Same(Rules.Of("15 2 * * mon-fri", "Europe/Berlin"), apart);
    }

    [Fact]
    public void Fields_left_out_are_stars() =>
        Assert.Equal("2026-01-01T00:01Z 2026-01-01T00:02Z", Rules.Of(new TimeSpec { Fields = new CronFields() }).Between(Rules.Created, DateTimeOffset.MaxValue, 2).Text());

    [Fact]
    public void The_rarest_day_is_found_across_a_year_without_leap_day()
    {
        // 29 February falls on a Sunday in 2088 and, as 2100 is no leap year, in 2128 again.
        var rule = Rules.Of("0 0 29 2 */7");

        Assert.Equal("2088-02-29T00:00Z 2128-02-29T00:00Z", rule.Between(Rules.Utc("2061-01-01T00:00Z"), DateTimeOffset.MaxValue, 2).Text());
    }

    [Fact]
    public void The_calendar_ends_without_an_error()
    {
        var rule = Rules.Of("0 0 1 1 *", "America/New_York");

        Assert.Equal("9999-01-01T05:00Z", rule.Next(Rules.Utc("9998-06-01T00:00Z"))!.Value.Text());
        Assert.Null(rule.Next(Rules.Utc("9999-06-01T00:00Z")));
        Assert.Null(rule.Next(DateTimeOffset.MaxValue));
        Assert.Equal("0001-01-01T01:00Z", Rules.Of("0 1 * * *").Next(DateTimeOffset.MinValue)!.Value.Text());
    }

    [Fact]
    public void Reboot_has_no_time()
    {
        var rule = Rules.Of("@reboot");

        Assert.True(rule.IsReboot);
        Assert.Null(rule.Next(Rules.Created));
    }

    [Theory]
    [InlineData("*/5 * * * *", false)]
    [InlineData("0 */5 * * * *", false)]
    [InlineData("30 * * * * *", true)]
    [InlineData("@every 90s", true)]
    [InlineData("@every 5m", false)]
    [InlineData("@at 2026-11-24T01:15:07Z", true)]
    public void A_rule_tells_whether_it_names_seconds(string cron, bool expected) => Assert.Equal(expected, Rules.Of(cron).HasSeconds);

    private static void Fires(string cron, string expected)
    {
        var occurrences = Rules.Of(cron).Between(Rules.Created, DateTimeOffset.MaxValue, expected.Split(' ').Length);

        Assert.Equal(expected, occurrences.Text());
    }
}
