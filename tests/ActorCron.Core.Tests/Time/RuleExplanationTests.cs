using ActorCron.Core.Time;

namespace ActorCron.Core.Tests.Time;

public sealed class RuleExplanationTests
{
    [Theory]
    [InlineData("* * * * *", "Every minute")]
    [InlineData("* * * * * *", "Every second")]
    [InlineData("*/10 * * * * *", "Every 10 seconds")]
    [InlineData("*/15 * * * *", "Every 15 minutes")]
    [InlineData("0 * * * *", "Every hour")]
    [InlineData("5 * * * *", "At 5 minutes past the hour")]
    [InlineData("5/20 * * * *", "Every 20 minutes from minute 5 through 45 of each hour")]
    [InlineData("1,2,40 * * * *", "At minutes 1, 2 and 40 of each hour")]
    [InlineData("10-20 * * * *", "Every minute from 10 through 20 of each hour")]
    [InlineData("0 */2 * * *", "Every 2 hours")]
    [InlineData("15 2 * * *", "At 02:15, every day")]
    [InlineData("15 2 * * mon-fri", "At 02:15, Monday through Friday")]
    [InlineData("30 1-3 * * *", "At 01:30, 02:30 and 03:30, every day")]
    [InlineData("20 30 2 * * *", "At 02:30:20, every day")]
    [InlineData("* 30 2 * * *", "Every second of 02:30")]
    [InlineData("*/5 2 * * *", "Every 5 minutes from 02:00 through 02:55")]
    [InlineData("0 9-17 * * mon-fri", "Every hour from 09:00 through 17:00, Monday through Friday")]
    [InlineData("*/15 22-2 * * *", "Every 15 minutes from 22:00 through 02:45")]
    [InlineData("0 6,18 * * sat,sun", "At 06:00 and 18:00, on Saturday and Sunday")]
    [InlineData("0 0 * * fri-mon", "At 00:00, Friday through Monday")]
    [InlineData("0 0 1,15 * *", "At 00:00, on days 1 and 15 of the month")]
    [InlineData("0 0 1-7 * *", "At 00:00, on days 1 through 7 of the month")]
    [InlineData("0 0 */2 * *", "At 00:00, on every 2nd day of the month from day 1")]
    [InlineData("0 0 13 * fri", "At 00:00, on day 13 of the month or on Friday")]
    [InlineData("0 0 */2 * fri,sat", "At 00:00, on every 2nd day of the month from day 1 if it is Friday or Saturday")]
    [InlineData("0 0 L * ?", "At 00:00, on the last day of the month")]
    [InlineData("0 0 L-1 * ?", "At 00:00, on the day before the last of the month")]
    [InlineData("0 0 L-3 * ?", "At 00:00, 3 days before the last day of the month")]
    [InlineData("0 0 LW * ?", "At 00:00, on the last Monday to Friday day of the month")]
    [InlineData("0 0 15W * ?", "At 00:00, on the Monday to Friday nearest day 15 of the month")]
    [InlineData("0 0 ? * fri#3", "At 00:00, on the third Friday of the month")]
    [InlineData("0 0 ? * friL", "At 00:00, on the last Friday of the month")]
    [InlineData("0 0 1 1,7 *", "At 00:00, on 1 January and 1 July")]
    [InlineData("0 0 * jun-aug *", "At 00:00, every day in June through August")]
    [InlineData("0 0 * nov-feb sat", "At 00:00, on Saturday, in November through February")]
    [InlineData("0 0 1-31 * fri", "At 00:00, every day")]
    [InlineData("@every 90s", "Every 90 seconds, counted from the schedule's creation")]
    [InlineData("@every 1h30m", "Every 1 hour and 30 minutes, counted from the schedule's creation")]
    [InlineData("@at 2026-11-24T01:15:00Z", "Once, at 2026-11-24 01:15:00")]
    [InlineData("@reboot", "Once, when the cluster forms")]
    public void A_rule_is_put_into_words(string cron, string expected) => Assert.Equal(expected, Explain(cron).Description);

    [Theory]
    [InlineData("30 2 * * *", "fire", "first", "2026-03-29 02:30 does not exist in Europe/Berlin: fires 03:00", "2026-10-25 02:30 happens twice in Europe/Berlin: fires the first time only (00:30Z)")]
    [InlineData("30 2 * * *", "skip", "second", "2026-03-29 02:30 does not exist in Europe/Berlin: no run", "2026-10-25 02:30 happens twice in Europe/Berlin: fires the second time only (01:30Z)")]
    [InlineData("30 2 * * *", "fire", "both", "2026-03-29 02:30 does not exist in Europe/Berlin: fires 03:00", "2026-10-25 02:30 happens twice in Europe/Berlin: fires both times (00:30Z and 01:30Z)")]
    [InlineData("0,30 2 * * *", "fire", "first", "2026-03-29 02:00 and 02:30 do not exist in Europe/Berlin: one run for all, at 03:00", "2026-10-25 02:00 and 02:30 happen twice in Europe/Berlin: fire the first time only")]
    [InlineData("0-55/5 1-3 * * *", "fire", "first", "2026-03-29 02:00 to 02:55 (12 times) do not exist in Europe/Berlin: one run for all, at 03:00", "2026-10-25 02:00 to 02:55 (12 times) happen twice in Europe/Berlin: fire the first time only")]
    [InlineData("*/20 * * * *", "fire", "first", "2026-03-29 02:00 to 03:00 does not exist in Europe/Berlin: an interval rule follows elapsed time and makes up for nothing", "2026-10-25 02:00 to 03:00 happens twice in Europe/Berlin: an interval rule follows elapsed time and fires throughout")]
    public void Clock_changes_of_the_coming_year_are_told(string cron, string gap, string overlap, string spring, string autumn)
    {
        var notes = Explain(cron, "Europe/Berlin", gap, overlap).Notes;

        Assert.Equal([spring, autumn], notes.Where(note => note.StartsWith("2026", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_skipped_day_is_told_with_the_next_ones_date()
    {
        TimeRule.TryExplain(new TimeSpec { Cron = "0 12 * * *", TimeZone = "Pacific/Apia" }, "s", Rules.Created, Rules.Utc("2011-12-01T00:00Z"), 1, out var explanation, out _);

        Assert.Contains("2011-12-30 12:00 does not exist in Pacific/Apia: fires 2011-12-31 00:00", explanation!.Notes);
    }

    [Fact]
    public void Changes_that_touch_no_time_of_the_rule_are_left_out() =>
        Assert.DoesNotContain(Explain("30 4 * * *", "Europe/Berlin").Notes, note => note.StartsWith("2026", StringComparison.Ordinal));

    [Theory]
    [InlineData("0 0 13 * fri", "day and dayOfWeek are both restricted: as in cron a day matches if either does")]
    [InlineData("0 0 */2 * fri", "day and dayOfWeek must both match, because one of them starts with '*' (as in cron)")]
    [InlineData("0 0 1 * 0-6", "day and dayOfWeek are both given without a leading '*' and one of them names every day: cron asks for either, so that every day matches")]
    [InlineData("* * * * * *", "warning: fires 86,400 times a day; each one is a run that is stored and dispatched")]
    [InlineData("@every 5s", "warning: fires 17,280 times a day; each one is a run that is stored and dispatched")]
    [InlineData("0 0 * * mon-fri", "fires 261 times a year")]
    [InlineData("0 0 1 1 *", "fires once a year")]
    [InlineData("0 0 29 2 *", "fires once in 4.1 years on average")]
    [InlineData("0 0 29 2 *", "29 February exists in leap years only")]
    [InlineData("0 0 31 * *", "months without a day 31 are left out; L is the last day of any month")]
    [InlineData("*/7 * * * *", "the step of 7 minutes begins anew each hour: from minute 56 to minute 0 it is 4")]
    [InlineData("0 */5 * * *", "the step of 5 hours begins anew each day: from hour 20 to hour 0 it is 4")]
    [InlineData("0 0 */2 * *", "the step of 2 days begins anew on day 1 of each month, however short ago the last one was")]
    [InlineData("*/90 * * * *", "minute: a step of 90 is longer than 0 to 59, which leaves 0 alone")]
    [InlineData("0 22-2 * * *", "hour 22-2 wraps around: 22 to 23, then 0 to 2 (cron itself refuses such a range)")]
    [InlineData("CRON_TZ=Asia/Tokyo 0 9 * * *", "the zone in the text decides: Asia/Tokyo")]
    public void What_an_owner_may_not_expect_is_noted(string cron, string note) => Assert.Contains(note, Explain(cron).Notes);

    [Fact]
    public void The_value_that_H_stands_for_is_told()
    {
        TimeRule.TryExplain(new TimeSpec { Cron = "H 3 * * *" }, "reports/nightly", Rules.Created, Rules.Created, 1, out var explanation, out _);

        Assert.Contains($"minute: H stands for {explanation!.Next[0].Minute} for this schedule", explanation.Notes);
    }

    [Theory]
    [InlineData("H 3 * * *", "minute: H stands for {0} without an id; the value that a schedule gets follows from its id")]
    [InlineData("H/15 * * * *", "minute: H/15 starts at {0} without an id; the value that a schedule gets follows from its id")]
    [InlineData("0~20 * * * *", "minute: ~ stands for {0} without an id; the value that a schedule gets follows from its id")]
    public void Without_a_schedule_nothing_is_claimed_of_one(string cron, string note)
    {
        TimeRule.TryExplain(new TimeSpec { Cron = cron }, "", Rules.Created, Rules.Utc("2026-11-24T00:00Z"), 1, out var explanation, out _);

        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, note, explanation!.Next[0].Minute), explanation.Notes);
    }

    [Fact]
    public void Next_occurrences_are_given_in_UTC_and_in_local_time()
    {
        TimeRule.TryExplain(new TimeSpec { Cron = "0 12 * * *", TimeZone = "Europe/Berlin" }, "s", Rules.Created, Rules.Utc("2026-03-28T00:00Z"), 2, out var explanation, out _);

        Assert.Equal("2026-03-28T11:00Z 2026-03-29T10:00Z", explanation!.Next.Text());
        Assert.Equal(["2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00"], explanation.NextLocal.Select(local => $"{local:yyyy-MM-ddTHH:mmzzz}"));
        Assert.Equal("Europe/Berlin", explanation.TimeZone);
    }

    [Fact]
    public void A_window_is_told_and_its_end()
    {
        var spec = new TimeSpec { Cron = "30 2 * * *", TimeZone = "Europe/Berlin", StartAt = Rules.Utc("2026-02-01T00:00Z"), EndAt = Rules.Utc("2026-02-02T12:00Z") };

        TimeRule.TryExplain(spec, "s", Rules.Created, Rules.Created, 10, out var explanation, out _);

        Assert.Equal("2026-02-01T01:30Z 2026-02-02T01:30Z", explanation!.Next.Text());
        Assert.Equal("fires 365 times a year; not before 2026-02-01T00:00:00Z; not after 2026-02-02T12:00:00Z", string.Join("; ", explanation.Notes));
        TimeRule.TryExplain(spec, "s", Rules.Created, Rules.Utc("2026-03-01T00:00Z"), 10, out var late, out _);
        Assert.Contains("no occurrence after 2026-03-01T00:00:00Z", late!.Notes);
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(7, 7)]
    [InlineData(int.MaxValue, 1000)]
    public void The_number_of_occurrences_is_bounded(int asked, int given)
    {
        TimeRule.TryExplain(new TimeSpec { Cron = "* * * * * *" }, "s", Rules.Created, Rules.Created, asked, out var explanation, out _);

        Assert.Equal(given, explanation!.Next.Length);
    }

    [Fact]
    public void A_bad_rule_is_not_explained_but_refused()
    {
        Assert.False(TimeRule.TryExplain(new TimeSpec { Cron = "30 2 31 2 *" }, "s", Rules.Created, Rules.Created, 3, out _, out var problem));
        Assert.Contains("never fires", problem.Message, StringComparison.Ordinal);
    }

    private static RuleExplanation Explain(string cron, string zone = "UTC", string gap = "fire", string overlap = "first") =>
        TimeRule.TryExplain(new TimeSpec { Cron = cron, TimeZone = zone, Dst = Rules.Dst(gap, overlap) }, "s", Rules.Created, Rules.Created, 3, out var explanation, out var problem)
            ? explanation
            : throw new ArgumentException($"{problem}");
}
