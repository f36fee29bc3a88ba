using System.Globalization;

namespace ActorCron.Core.Tests.Time;

/// <summary>What each field's texts name, one field at a time. The sources are the manuals named above each group, in our own words.</summary>
public sealed class CronFieldTests
{
    [Theory]
    // crontab(5) of vixie cron and cronie: stars, numbers, lists, ranges, steps.
    [InlineData("0", "0")]
    [InlineData("00", "0")]
    [InlineData("59", "59")]
    [InlineData("007", "7")]
    [InlineData("1,2,3", "1 2 3")]
    [InlineData("30,15,45", "15 30 45")]
    [InlineData("7,7,7", "7")]
    [InlineData("10-13", "10 11 12 13")]
    [InlineData("5-5", "5")]
    [InlineData("0-9/3", "0 3 6 9")]
    [InlineData("1-9/2", "1 3 5 7 9")]
    [InlineData("1-10/4", "1 5 9")]
    [InlineData("*/15", "0 15 30 45")]
    [InlineData("*/20", "0 20 40")]
    [InlineData("*/25", "0 25 50")]
    [InlineData("*/59", "0 59")]
    [InlineData("*/60", "0")]
    [InlineData("*/100", "0")]
    [InlineData("0-4,8-12/2", "0 1 2 3 4 8 10 12")]
    [InlineData("1-3,10,20-40/10", "1 2 3 10 20 30 40")]
    [InlineData("10-12,11-14", "10 11 12 13 14")]
    // A star with a step is a list item like any other; Cronos refuses this, cron does not.
    [InlineData("*/15,7", "0 7 15 30 45")]
    [InlineData("7,*/30", "0 7 30")]
    [InlineData("*/20,*/30", "0 20 30 40")]
    // Quartz: a start and a step go on to the field's end.
    [InlineData("5/20", "5 25 45")]
    [InlineData("0/15", "0 15 30 45")]
    [InlineData("50/5", "50 55")]
    [InlineData("58/1", "58 59")]
    [InlineData("59/30", "59")]
    [InlineData("3/17,40", "3 20 37 40 54")]
    // Cronos: a range that runs backwards goes around the field's end.
    [InlineData("58-1", "0 1 58 59")]
    [InlineData("50-10/10", "0 10 50")]
    [InlineData("55-5/3", "1 4 55 58")]
    [InlineData("59-0", "0 59")]
    [InlineData("45-15/15", "0 15 45")]
    public void A_minute_field_names(string field, string expected) =>
        Assert.Equal(expected, Named($"{field} 12 1 1 *", t => $"{t.Minute}"));

    [Theory]
    // The same forms in seconds, which cron has not; six fields as in Quartz and Cronos.
    [InlineData("0", "0")]
    [InlineData("20", "20")]
    [InlineData("*/10", "0 10 20 30 40 50")]
    [InlineData("0/20", "0 20 40")]
    [InlineData("5,55", "5 55")]
    [InlineData("10-14/2", "10 12 14")]
    [InlineData("57-2", "0 1 2 57 58 59")]
    [InlineData("7/25", "7 32 57")]
    public void A_second_field_names(string field, string expected) =>
        Assert.Equal(expected, Named($"{field} 30 12 1 1 *", t => $"{t.Second}"));

    [Theory]
    // crontab(5): 0 to 23, "every two hours" as a stepped star or a stepped range.
    [InlineData("0", "0")]
    [InlineData("23", "23")]
    [InlineData("0-23/2", "0 2 4 6 8 10 12 14 16 18 20 22")]
    [InlineData("*/2", "0 2 4 6 8 10 12 14 16 18 20 22")]
    [InlineData("*/5", "0 5 10 15 20")]
    [InlineData("8-11", "8 9 10 11")]
    [InlineData("9-17/4", "9 13 17")]
    [InlineData("6,12,18", "6 12 18")]
    [InlineData("*/24", "0")]
    // Quartz and Cronos.
    [InlineData("8/4", "8 12 16 20")]
    [InlineData("20/1", "20 21 22 23")]
    [InlineData("22-2", "0 1 2 22 23")]
    [InlineData("22-2/2", "0 2 22")]
    [InlineData("23-0", "0 23")]
    [InlineData("18-6/6", "0 6 18")]
    [InlineData("*/8,5", "0 5 8 16")]
    public void An_hour_field_names(string field, string expected) =>
        Assert.Equal(expected, Named($"0 {field} 1 1 *", t => $"{t.Hour}"));

    [Theory]
    // crontab(5): 1 to 12 or three letters, in any case.
    [InlineData("1", "1")]
    [InlineData("12", "12")]
    [InlineData("jan", "1")]
    [InlineData("DEC", "12")]
    [InlineData("Jul", "7")]
    [InlineData("jan,apr,jul,oct", "1 4 7 10")]
    [InlineData("mar-may", "3 4 5")]
    [InlineData("mar-5", "3 4 5")]
    [InlineData("*/3", "1 4 7 10")]
    [InlineData("2/3", "2 5 8 11")]
    [InlineData("feb/3", "2 5 8 11")]
    [InlineData("1-12/6", "1 7")]
    [InlineData("jun-aug/2", "6 8")]
    [InlineData("nov-feb", "1 2 11 12")]
    [InlineData("nov-mar/2", "1 3 11")]
    [InlineData("10-2/3", "1 10")]
    [InlineData("aug,sep", "8 9")]
    public void A_month_field_names(string field, string expected) =>
        Assert.Equal(expected, Named($"0 0 1 {field} *", t => $"{t.Month}"));

    [Theory]
    // crontab(5): 0 to 7, where 0 and 7 are Sunday, or three letters; ranges and lists of names go too.
    [InlineData("0", "sun")]
    [InlineData("7", "sun")]
    [InlineData("1", "mon")]
    [InlineData("6", "sat")]
    [InlineData("sun", "sun")]
    [InlineData("WED", "wed")]
    [InlineData("1-5", "mon tue wed thu fri")]
    [InlineData("mon-fri", "mon tue wed thu fri")]
    [InlineData("Mon-Fri", "mon tue wed thu fri")]
    [InlineData("mon-5", "mon tue wed thu fri")]
    [InlineData("0-7", "sun mon tue wed thu fri sat")]
    [InlineData("5-7", "sun fri sat")]
    [InlineData("6-7", "sun sat")]
    [InlineData("1-7", "sun mon tue wed thu fri sat")]
    [InlineData("1-7/2", "sun mon wed fri")]
    [InlineData("0,6", "sun sat")]
    [InlineData("6,7", "sun sat")]
    [InlineData("sat,sun", "sun sat")]
    [InlineData("mon,wed,fri", "mon wed fri")]
    [InlineData("*/2", "sun tue thu sat")]
    [InlineData("*/3", "sun wed sat")]
    // Cronos: ranges around the weekend. Quartz: a start and a step; the week ends with Saturday there too.
    [InlineData("fri-mon", "sun mon fri sat")]
    [InlineData("sat-sun", "sun sat")]
    [InlineData("5-1", "sun mon fri sat")]
    [InlineData("6-0", "sun sat")]
    [InlineData("7-2", "sun mon tue")]
    [InlineData("7-7", "sun")]
    [InlineData("thu-tue/2", "mon thu sat")]
    [InlineData("mon/2", "mon wed fri")]
    [InlineData("1/2", "mon wed fri")]
    [InlineData("0/2", "sun tue thu sat")]
    [InlineData("7/3", "sun wed sat")]
    public void A_weekday_field_names(string field, string expected)
    {
        // 2026-11-01 is a Sunday.
        var days = Rules.Of($"0 0 * * {field}").Between(Rules.Utc("2026-10-31T12:00Z"), Rules.Utc("2026-11-07T12:00Z"), 10);

        Assert.Equal(expected, string.Join(' ', days.Select(t => t.ToString("ddd", CultureInfo.InvariantCulture).ToLowerInvariant())));
    }

    [Theory]
    // crontab(5).
    [InlineData("1", "2026-02", "1")]
    [InlineData("1,15", "2026-02", "1 15")]
    [InlineData("29", "2026-02", "")]
    [InlineData("29", "2028-02", "29")]
    [InlineData("31", "2026-04", "")]
    [InlineData("28-31", "2026-02", "28")]
    [InlineData("*/10", "2026-01", "1 11 21 31")]
    [InlineData("*/7", "2026-01", "1 8 15 22 29")]
    [InlineData("2-10/4", "2026-01", "2 6 10")]
    // Quartz, Cronos: steps from a day, ranges around the month's end.
    [InlineData("10/10", "2026-01", "10 20 30")]
    [InlineData("10/10", "2026-02", "10 20")]
    [InlineData("30-2", "2026-01", "1 2 30 31")]
    [InlineData("30-2", "2026-02", "1 2")]
    [InlineData("28-4/3", "2026-01", "3 28 31")]
    // Quartz: L is the month's last day, L-n the n-th before it.
    [InlineData("L", "2026-01", "31")]
    [InlineData("l", "2026-04", "30")]
    [InlineData("L", "2026-02", "28")]
    [InlineData("L", "2028-02", "29")]
    [InlineData("L-0", "2026-02", "28")]
    [InlineData("L-1", "2026-01", "30")]
    [InlineData("L-3", "2026-01", "28")]
    [InlineData("L-27", "2026-02", "1")]
    [InlineData("L-28", "2026-02", "")]
    [InlineData("L-30", "2026-01", "1")]
    [InlineData("L-30", "2026-04", "")]
    [InlineData("15,L", "2026-01", "15 31")]
    [InlineData("L,L-1,L-2", "2026-04", "28 29 30")]
    [InlineData("1,L-1", "2026-02", "1 27")]
    // Quartz: LW is the month's last Monday to Friday. 31 January 2026 is a Saturday, 31 May a Sunday, 31 March a Tuesday.
    [InlineData("LW", "2026-01", "30")]
    [InlineData("LW", "2026-05", "29")]
    [InlineData("LW", "2026-03", "31")]
    [InlineData("lw", "2026-02", "27")]
    // Quartz: nW is the Monday to Friday nearest to day n, and never leaves the month.
    // 15 August 2026 is a Saturday, 15 February a Sunday, 15 January a Thursday.
    [InlineData("15W", "2026-08", "14")]
    [InlineData("15W", "2026-02", "16")]
    [InlineData("15w", "2026-01", "15")]
    // 1 August 2026 is a Saturday: the nearest in the month is Monday the 3rd; 1 February is a Sunday.
    [InlineData("1W", "2026-08", "3")]
    [InlineData("1W", "2026-02", "2")]
    [InlineData("31W", "2026-05", "29")]
    [InlineData("31W", "2026-01", "30")]
    [InlineData("30W", "2026-08", "31")]
    [InlineData("28W", "2026-02", "27")]
    [InlineData("31W", "2026-02", "")]
    [InlineData("1W,15W", "2026-08", "3 14")]
    [InlineData("5,LW", "2026-01", "5 30")]
    // Cronos, Quartz: both at once. L-1 of January 2026 is Friday the 30th, L-6 of it Sunday the 25th.
    [InlineData("L-1W", "2026-01", "30")]
    [InlineData("L-6W", "2026-01", "26")]
    [InlineData("L-0W", "2026-01", "30")]
    [InlineData("?", "2026-02", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28")]
    public void A_day_field_names(string field, string month, string expected) =>
        Assert.Equal(expected, DaysOf($"0 0 {field} * *", month));

    [Theory]
    // Quartz: n#m is the m-th weekday n of the month, nL the last one. January 2026 begins on a Thursday and has five of Thu, Fri, Sat.
    [InlineData("fri#1", "2026-01", "2")]
    [InlineData("fri#3", "2026-01", "16")]
    [InlineData("5#3", "2026-01", "16")]
    [InlineData("FRI#5", "2026-01", "30")]
    [InlineData("fri#5", "2026-02", "")]
    [InlineData("mon#1", "2026-01", "5")]
    [InlineData("mon#5", "2026-01", "")]
    [InlineData("thu#1", "2026-01", "1")]
    [InlineData("0#1", "2026-01", "4")]
    [InlineData("7#1", "2026-01", "4")]
    [InlineData("mon#1,mon#3", "2026-01", "5 19")]
    [InlineData("tue#2,thu#2", "2026-01", "8 13")]
    [InlineData("friL", "2026-01", "30")]
    [InlineData("5L", "2026-01", "30")]
    [InlineData("FRIL", "2026-02", "27")]
    [InlineData("sunl", "2026-01", "25")]
    [InlineData("0L", "2026-01", "25")]
    [InlineData("7L", "2026-01", "25")]
    [InlineData("monL,friL", "2026-01", "26 30")]
    [InlineData("mon,fri#1", "2026-01", "2 5 12 19 26")]
    public void A_weekday_field_counts_within_the_month(string field, string month, string expected) =>
        Assert.Equal(expected, DaysOf($"0 0 * * {field}", month));

    [Theory]
    // crontab(5): both restricted means either. The 13th or any Friday; the 1st and 15th or any Friday.
    [InlineData("13", "fri", "2026-02", "6 13 20 27")]
    [InlineData("13", "fri", "2026-01", "2 9 13 16 23 30")]
    [InlineData("1,15", "fri", "2026-11", "1 6 13 15 20 27")]
    [InlineData("1", "mon", "2026-06", "1 8 15 22 29")]
    [InlineData("10-12", "sun", "2026-01", "4 10 11 12 18 25")]
    [InlineData("31", "mon", "2026-02", "2 9 16 23")]
    // A star on one side: the other decides.
    [InlineData("13", "*", "2026-01", "13")]
    [InlineData("*", "fri", "2026-01", "2 9 16 23 30")]
    // Vixie cron looks at the first character alone: a stepped star is a star, so that both must match.
    [InlineData("*/2", "fri", "2026-01", "9 23")]
    [InlineData("1-7", "*/6", "2026-01", "3 4")]
    [InlineData("*/10,5", "mon", "2026-01", "5")]
    [InlineData("*/1", "fri", "2026-01", "2 9 16 23 30")]
    // A range over everything is no star: either matches, hence every day of the week.
    [InlineData("1", "0-6", "2026-02", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28")]
    [InlineData("1", "mon-sun", "2026-02", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28")]
    // Quartz: ? says nothing, the other field decides alone.
    [InlineData("?", "fri", "2026-01", "2 9 16 23 30")]
    [InlineData("13", "?", "2026-01", "13")]
    [InlineData("?", "*/6", "2026-02", "1 7 8 14 15 21 22 28")]
    // Counted days follow the same rule.
    [InlineData("L", "fri", "2026-01", "2 9 16 23 30 31")]
    [InlineData("LW", "mon#1", "2026-01", "5 30")]
    [InlineData("15W", "sunL", "2026-08", "14 30")]
    [InlineData("*/2", "fri#1,fri#2", "2026-01", "9")]
    public void Day_and_weekday_together_name(string day, string dayOfWeek, string month, string expected) =>
        Assert.Equal(expected, DaysOf($"0 0 {day} * {dayOfWeek}", month));

    private static string Named(string cron, Func<DateTimeOffset, string> part) =>
        string.Join(' ', Rules.Of(cron).Between(Rules.Utc("2025-12-31T23:59:59Z"), Rules.Utc("2026-12-31T23:59:59Z"), 1000).Select(part).Distinct());

    private static string DaysOf(string cron, string month)
    {
        var start = Rules.Utc($"{month}-01T00:00Z");
        var days = Rules.Of(cron).Between(start.AddTicks(-1), start.AddMonths(1).AddTicks(-1), 100);
        return string.Join(' ', days.Select(day => $"{day.Day}"));
    }
}
