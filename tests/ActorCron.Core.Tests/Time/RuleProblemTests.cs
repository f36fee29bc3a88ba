using ActorCron.Core.Time;
using CsCheck;

namespace ActorCron.Core.Tests.Time;

/// <summary>Bad rules name the field, the position in its text from 1, and what would be right.</summary>
public sealed class RuleProblemTests
{
    [Theory]
    // Out of range.
    [InlineData("60 * * * *", 1, "0 to 59")]
    [InlineData("* 24 * * *", 3, "0 to 23")]
    [InlineData("* * 0 * *", 5, "1 to 31")]
    [InlineData("* * 32 * *", 5, "1 to 31")]
    [InlineData("* * * 13 *", 7, "1 to 12 or jan to dec")]
    [InlineData("* * * 0 *", 7, "1 to 12")]
    [InlineData("* * * * 8", 9, "0 to 7 or sun to sat")]
    [InlineData("60 * * * * *", 1, "second: 60 is out of range")]
    [InlineData("5-60 * * * *", 3, "60 is out of range")]
    [InlineData("1,2,99999999999999999999 * * * *", 5, "out of range")]
    [InlineData("0 0 W * *", 5, "'W' is not known")]
    [InlineData("0 0 32W * *", 5, "1 to 31")]
    [InlineData("0 0 L-31 * *", 7, "0 to 30")]
    [InlineData("0 0 L- * *", 7, "0 to 30")]
    [InlineData("0 0 * * fri#6", 13, "1 to 5")]
    [InlineData("0 0 * * fri#0", 13, "1 to 5")]
    [InlineData("0 0 * * fri#", 13, "1 to 5")]
    // Names.
    [InlineData("* * * * mno", 9, "did you mean 'mon'?")]
    [InlineData("* * * * monday", 9, "did you mean 'mon'?")]
    [InlineData("* * * * mon,tues", 13, "did you mean 'tue'?")]
    [InlineData("* * * febr *", 7, "did you mean 'feb'?")]
    [InlineData("* * * january *", 7, "did you mean 'jan'?")]
    [InlineData("* * * jum *", 7, "did you mean 'jun'?")]
    [InlineData("* * * xyz *", 7, "jan to dec")]
    [InlineData("jan * * * *", 1, "minute takes numbers: 0 to 59")]
    [InlineData("* * mon * *", 5, "day takes numbers: 1 to 31")]
    // Characters out of place.
    [InlineData("*5 * * * *", 2, "'5' is not expected here")]
    [InlineData("** * * * *", 2, "not expected here")]
    [InlineData("1,,2 * * * *", 3, "not expected here")]
    [InlineData("1, * * * *", 3, "missing at the end")]
    [InlineData(", * * * *", 1, "not expected here")]
    [InlineData("1- * * * *", 3, "missing at the end")]
    [InlineData("-1 * * * *", 1, "not expected here")]
    [InlineData("1-2-3 * * * *", 4, "not expected here")]
    [InlineData("*/ * * * *", 3, "a step is a number from 1 on")]
    [InlineData("*/0 * * * *", 3, "from 1 on")]
    [InlineData("*/x * * * *", 3, "a step is a number")]
    [InlineData("*/5/5 * * * *", 4, "not expected here")]
    [InlineData("1.5 * * * *", 2, "'.' is not expected here")]
    [InlineData("10:30 * * * *", 3, "':' is not expected here")]
    [InlineData("1\u0000 * * * *", 2, "U+0000")]
    [InlineData("\u0661 * * * *", 1, "stands here")]
    [InlineData("1\n2 * * * *", 2, "U+000A")]
    [InlineData("% * * * *", 1, "not expected here")]
    // Signs in the wrong field.
    [InlineData("? * * * *", 1, "day and dayOfWeek")]
    [InlineData("* ? * * *", 3, "day and dayOfWeek")]
    [InlineData("* * ?,1 * *", 5, "stands alone")]
    [InlineData("* * 1,? * *", 7, "stands alone")]
    [InlineData("L * * * *", 1, "day and dayOfWeek")]
    [InlineData("* * * L *", 7, "day and dayOfWeek")]
    [InlineData("* * * * L", 9, "'friL'")]
    [InlineData("* * 5#2 * *", 6, "dayOfWeek")]
    [InlineData("* 5W * * *", 4, "not expected here")]
    [InlineData("* * * * 5W", 10, "not expected here")]
    [InlineData("* * 1-5W * *", 8, "not expected here")]
    [InlineData("* * * * mon-fri#2", 16, "not expected here")]
    // H.
    [InlineData("H(5 * * * *", 4, "H(a-b)")]
    [InlineData("H(5-10 * * * *", 7, "')'")]
    [InlineData("H(10-5) * * * *", 3, "backwards")]
    [InlineData("H(0-99) * * * *", 5, "0 to 59")]
    [InlineData("H/0 * * * *", 3, "from 1 on")]
    [InlineData("H/61 * * * *", 3, "longer than the 60 values")]
    [InlineData("H(0-9)/20 * * * *", 8, "longer than the 10 values")]
    [InlineData("30~10 * * * *", 4, "backwards")]
    // The number of fields.
    [InlineData("", 1, "there is no field")]
    [InlineData("   ", 4, "there is no field")]
    [InlineData("daily", 6, "there is one field")]
    [InlineData("* * * *", 8, "there are 4 fields")]
    [InlineData("0 0 12 * * ? 2026", 14, "more than 6 fields")]
    [InlineData("* * * * * /bin/true", 11, "dayOfWeek: '/' is not expected here")]
    // Macros.
    [InlineData("@dayly", 1, "did you mean '@daily'?")]
    [InlineData("@montly", 1, "did you mean '@monthly'?")]
    [InlineData("@", 1, "is no known macro")]
    [InlineData("@daily 5", 8, "nothing comes after the macro")]
    [InlineData("@every", 7, "90s, 1h30m or PT90S")]
    [InlineData("@every 5", 8, "90s, 1h30m or PT90S")]
    [InlineData("@every -5s", 8, "90s, 1h30m or PT90S")]
    [InlineData("@every 500ms", 8, "1 second (PT1S) or longer")]
    [InlineData("@every 0s", 8, "1 second (PT1S) or longer")]
    [InlineData("@every 1500ms", 8, "whole seconds")]
    [InlineData("@every 1y", 8, "90s, 1h30m or PT90S")]
    [InlineData("@every 99999999999d", 8, "90s, 1h30m or PT90S")]
    [InlineData("@at tomorrow", 5, "2026-11-24T01:15:00Z")]
    [InlineData("@at 2026-11-24T01:15:00", 5, "with its offset")]
    [InlineData("@at 2026-13-24T01:15:00Z", 5, "with its offset")]
    // Zones in the text.
    [InlineData("CRON_TZ=Europe/Berlim 0 0 * * *", 9, "did you mean 'Europe/Berlin'?")]
    [InlineData("CRON_TZ= 0 0 * * *", 9, "names no zone")]
    [InlineData("TZ=Mars/Olympus 0 0 * * *", 4, "is no time zone")]
    // Rules that never fire.
    [InlineData("30 2 31 2 *", 6, "never fires: February has no day 31")]
    [InlineData("0 0 30,31 2 *", 5, "never fires: February has no day 30 or 31")]
    [InlineData("0 0 31 4,6,9,11 *", 5, "never fires: April, June, September and November have no day 31")]
    [InlineData("0 0 0 31 2 ?", 7, "never fires")]
    [InlineData("0 0 L-30 2 *", 5, "never fires")]
    [InlineData("0 0 LW * */6", 5, "never fires: no day of")]
    public void A_bad_cron_text_is_refused_with_its_place(string cron, int position, string message)
    {
        var problem = Rules.ProblemOf(cron);

        Assert.Equal(("cron", position), (problem.Field, problem.Position));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("61", "*", "*", "*", "*", "minute", 1)]
    [InlineData("*", "1,99", "*", "*", "*", "hour", 3)]
    [InlineData("*", "*", "L-99", "*", "*", "day", 3)]
    [InlineData("*", "*", "*", "*/0", "*", "month", 3)]
    [InlineData("*", "*", "*", "*", "  funday", "dayOfWeek", 3)]
    [InlineData("", "*", "*", "*", "*", "minute", 1)]
    [InlineData("1 2", "*", "*", "*", "*", "minute", 2)]
    [InlineData("@daily", "*", "*", "*", "*", "minute", 1)]
    [InlineData("0", "0", "31", "2", "*", "day", 1)]
    public void A_bad_field_is_named_with_the_place_in_its_own_text(string minute, string hour, string day, string month, string dayOfWeek, string field, int position)
    {
        var problem = Rules.ProblemOf(new TimeSpec { Fields = new CronFields(minute, hour, day, month, dayOfWeek) });

        Assert.Equal((field, position), (problem.Field, problem.Position));
    }

    [Fact]
    public void Exactly_one_kind_of_rule_is_asked_for()
    {
        Assert.Contains("there is no time rule", Rules.ProblemOf(new TimeSpec()).Message, StringComparison.Ordinal);
        var both = Rules.ProblemOf(new TimeSpec { Cron = "* * * * *", Every = TimeSpan.FromMinutes(1) });
        Assert.Contains("cron, every", both.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Berlim", "did you mean 'Europe/Berlin'?")]
    [InlineData("europe/berlin", "did you mean 'Europe/Berlin'?")]
    [InlineData("Berlin", "did you mean 'Europe/Berlin'?")]
    [InlineData("New York", "did you mean 'America/New_York'?")]
    [InlineData("America/Newyork", "did you mean 'America/New_York'?")]
    [InlineData("Nowhere/Atall", "an IANA id such as Europe/Berlin")]
    [InlineData("", "names no zone")]
    [InlineData("../zoneinfo/Europe/Berlin", "is no time zone")]
    [InlineData("/usr/share/zoneinfo/Europe/Berlin", "is no time zone")]
    [InlineData("Europe", "is no time zone")]
    [InlineData("localtime", "is no time zone")]
    [InlineData("right/Europe/Berlin", "is no time zone")]
    [InlineData("zone.tab", "is no time zone")]
    [InlineData("W. Europe Standard Time", "is no time zone")]
    [InlineData("+02:00", "is no time zone")]
    public void An_unknown_zone_is_refused_with_a_guess(string zone, string message)
    {
        var problem = Rules.ProblemOf(new TimeSpec { Cron = "0 0 * * *", TimeZone = zone });

        Assert.Equal("timeZone", problem.Field);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_case_of_a_zone_is_checked_whatever_was_asked_for_before()
    {
        Rules.Of("0 0 * * *", "Asia/Tokyo");

        Assert.Contains("did you mean 'Asia/Tokyo'?", Rules.ProblemOf(new TimeSpec { Cron = "0 0 * * *", TimeZone = "asia/tokyo" }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("utc")]
    [InlineData("US/Eastern")]
    [InlineData("Etc/GMT+5")]
    [InlineData("EST5EDT")]
    [InlineData("America/Argentina/ComodRivadavia")]
    public void Aliases_of_the_tz_database_are_zones_too(string zone) => Assert.NotNull(Rules.Of("0 0 * * *", zone).Next(Rules.Created));

    [Fact]
    public void A_window_without_an_occurrence_is_refused()
    {
        var spec = new TimeSpec { Cron = "0 0 15 * *", StartAt = Rules.Utc("2026-01-16T00:00Z"), EndAt = Rules.Utc("2026-02-14T00:00Z") };

        var problem = Rules.ProblemOf(spec);

        Assert.Equal("endAt", problem.Field);
        Assert.Contains("2026-02-15T00:00:00Z", problem.Message, StringComparison.Ordinal);
        Assert.Equal("endAt", Rules.ProblemOf(spec with { EndAt = Rules.Utc("2025-01-01T00:00Z") }).Field);
        Assert.Equal("startAt", Rules.ProblemOf(new TimeSpec { At = Rules.Utc("2026-01-01T00:00Z"), StartAt = Rules.Utc("2026-01-02T00:00Z") }).Field);
    }

    [Fact]
    public void A_rule_that_names_nothing_but_skipped_times_needs_the_gap_run()
    {
        // Berlin's clocks jump from 02:00 to 03:00 on the last Sunday of March, each year.
        var spec = new TimeSpec { Cron = "30 2 ? 3 sunL", TimeZone = "Europe/Berlin" };

        Assert.Equal("2026-03-29T01:00Z", Rules.Of(spec).Next(Rules.Created)!.Value.Text());
        Assert.Contains("dst.gap is skip", Rules.ProblemOf(spec with { Dst = Rules.Dst("skip", "first") }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_without_end_is_refused_unread()
    {
        var endless = new string('1', 1 << 20);

        Assert.Contains("at most 1000", Rules.ProblemOf(endless).Message, StringComparison.Ordinal);
        Assert.Contains("at most 1000", Rules.ProblemOf(new TimeSpec { Fields = new CronFields(Month: endless) }).Message, StringComparison.Ordinal);
        Assert.Equal("timeZone", Rules.ProblemOf(new TimeSpec { Cron = "0 0 * * *", TimeZone = endless }).Field);
        Assert.Equal("cron", Rules.ProblemOf(string.Join(',', Enumerable.Repeat("*/1", 240)) + " * * * x").Field);
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        var sign = Gen.Frequency((6, Gen.Char["0123456789*/,-?#LWHlwh()~@ \t"]), (1, Gen.Char));
        var text = Gen.OneOf(Gen.String, sign.Array[0, 40].Select(signs => new string(signs)),
            Gen.Char["0123456789*/,-?#LWHlwh()~"].Array[1, 6].Array[5, 6].Select(words => string.Join(' ', words.Select(word => new string(word)))));
        Gen.Select(text, Gen.OneOf(Gen.Const("UTC"), Gen.Const("Europe/Berlin"), Gen.String)).Sample((cron, zone) =>
        {
            if (TimeRule.TryExplain(new TimeSpec { Cron = cron, TimeZone = zone }, "s", Rules.Created, Rules.Created, 2, out var explanation, out var problem))
                Assert.NotEmpty(explanation.Description);
            else
{
                Assert.InRange(problem.Message.Length, 1, 500);
                Assert.InRange(problem.Position ?? 1, 1, cron.Length + 1);
            }
        }, iter: 3000);
    }
}
