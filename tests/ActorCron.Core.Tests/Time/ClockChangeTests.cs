namespace ActorCron.Core.Tests.Time;

/// <summary>What rules do where clocks change. The defaults are cronie's: a fixed time that is skipped runs right after the gap,
/// one that happens twice runs once, and rules whose minute or hour starts with a star follow elapsed time.</summary>
public sealed class ClockChangeTests
{
    [Theory]
    // Berlin, 2026-03-29: 02:00 to 03:00 (01:00Z) does not exist.
    [InlineData("30 2 * * *", "Europe/Berlin", "fire", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "skip", "2026-03-28T12:00Z", "2026-03-30T00:30Z 2026-03-31T00:30Z")]
    // The skipped times share one run, also with a time of their own at the gap's end.
    [InlineData("0,20,40 2 * * *", "Europe/Berlin", "fire", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z")]
    [InlineData("0-59 2 * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z 2026-03-30T00:01Z")]
    [InlineData("30 2,3 * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-29T01:30Z 2026-03-30T00:30Z")]
    [InlineData("0 2,3 * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z")]
    [InlineData("0 2,3 * * *", "Europe/Berlin", "skip", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z")]
    // The gap's edges: 01:59 is before it, 03:00 after it.
    [InlineData("59 1 * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T00:59Z 2026-03-29T23:59Z")]
    [InlineData("0 3 * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z")]
    // Not on the day before or after, nor on the other days of a weekly rule.
    [InlineData("30 2 * * mon", "Europe/Berlin", "fire", "2026-03-28T12:00Z", "2026-03-30T00:30Z")]
    // With seconds the same.
    [InlineData("20 30 2 * * *", "Europe/Berlin", "fire", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:30:20Z")]
    // Interval rules make up for nothing.
    [InlineData("*/30 2 * * *", "Europe/Berlin", "fire", "2026-03-28T12:00Z", "2026-03-30T00:00Z 2026-03-30T00:30Z")]
    [InlineData("30 * * * *", "Europe/Berlin", "fire", "2026-03-29T00:00Z", "2026-03-29T00:30Z 2026-03-29T01:30Z")]
    [InlineData("30 */2 * * *", "Europe/Berlin", "fire", "2026-03-28T23:00Z", "2026-03-28T23:30Z 2026-03-29T02:30Z")]
    // Midnight gaps: Beirut (00:00 becomes 01:00 at 22:00Z), Sao Paulo until 2018 (03:00Z), Havana (05:00Z), Cairo on a Friday (22:00Z).
    [InlineData("0 0 * * *", "Asia/Beirut", "fire", "2026-03-28T12:00Z", "2026-03-28T22:00Z 2026-03-29T21:00Z")]
    [InlineData("30 0 * * *", "Asia/Beirut", "skip", "2026-03-28T12:00Z", "2026-03-29T21:30Z")]
    [InlineData("0 0 * * *", "America/Sao_Paulo", "fire", "2018-11-03T12:00Z", "2018-11-04T03:00Z 2018-11-05T02:00Z")]
    [InlineData("15 0 * * sun", "America/Havana", "fire", "2026-03-07T12:00Z", "2026-03-08T05:00Z 2026-03-15T04:15Z")]
    [InlineData("30 0 * * fri", "Africa/Cairo", "fire", "2026-04-23T12:00Z", "2026-04-23T22:00Z 2026-04-30T21:30Z")]
    // Half an hour: Lord Howe, 02:00 becomes 02:30 at 15:30Z.
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "fire", "2026-10-03T12:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")]
    [InlineData("45 2 * * *", "Australia/Lord_Howe", "fire", "2026-10-03T12:00Z", "2026-10-03T15:45Z 2026-10-04T15:45Z")]
    // Two hours: Troll, 01:00Z is 03:00 instead of 01:00.
    [InlineData("30 1,2 * * *", "Antarctica/Troll", "fire", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-29T23:30Z")]
    // Chatham, 02:45 becomes 03:45 at 14:00Z.
    [InlineData("0 3 * * *", "Pacific/Chatham", "fire", "2026-09-26T00:00Z", "2026-09-26T14:00Z 2026-09-27T13:15Z")]
    // A whole day: Apia had no 30 December 2011, Kwajalein no 21 August 1993; the next day began at 10:00Z and 12:00Z.
    [InlineData("30 2 * * *", "Pacific/Apia", "fire", "2011-12-29T00:00Z", "2011-12-29T12:30Z 2011-12-30T10:00Z 2011-12-30T12:30Z")]
    [InlineData("0 0 30 12 *", "Pacific/Apia", "fire", "2011-01-01T00:00Z", "2011-12-30T10:00Z 2012-12-29T10:00Z")]
    [InlineData("0 0 30 12 *", "Pacific/Apia", "skip", "2011-01-01T00:00Z", "2012-12-29T10:00Z")]
    [InlineData("0 9-17 * * *", "Pacific/Apia", "fire", "2011-12-30T04:00Z", "2011-12-30T10:00Z 2011-12-30T19:00Z")]
    [InlineData("0 */6 * * *", "Pacific/Apia", "fire", "2011-12-30T00:00Z", "2011-12-30T04:00Z 2011-12-30T10:00Z 2011-12-30T16:00Z")]
    [InlineData("0 12 * * *", "Pacific/Kwajalein", "fire", "1993-08-20T00:00Z", "1993-08-21T00:00Z 1993-08-21T12:00Z 1993-08-22T00:00Z")]
    public void A_fixed_time_in_a_gap_follows_the_gap_policy(string cron, string zone, string gap, string after, string expected) =>
        Fires(cron, zone, gap, "first", after, expected);

    [Theory]
    // Berlin, 2026-10-25: 02:00 to 03:00 is 00:00Z to 01:00Z and again 01:00Z to 02:00Z.
    [InlineData("30 2 * * *", "Europe/Berlin", "first", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "second", "2026-10-24T12:00Z", "2026-10-25T01:30Z 2026-10-26T01:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "both", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-26T01:30Z")]
    // From between the two the first is over.
    [InlineData("30 2 * * *", "Europe/Berlin", "first", "2026-10-25T00:45Z", "2026-10-26T01:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "second", "2026-10-25T00:45Z", "2026-10-25T01:30Z")]
    // Each of several times runs once.
    [InlineData("30 1-3 * * *", "Europe/Berlin", "first", "2026-10-24T22:00Z", "2026-10-24T23:30Z 2026-10-25T00:30Z 2026-10-25T02:30Z")]
    [InlineData("30 1-3 * * *", "Europe/Berlin", "second", "2026-10-24T22:00Z", "2026-10-24T23:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z")]
    [InlineData("30 1-3 * * *", "Europe/Berlin", "both", "2026-10-24T22:00Z", "2026-10-24T23:30Z 2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z")]
    // The edges: 02:00 happens twice, 03:00 once.
    [InlineData("0 2 * * *", "Europe/Berlin", "both", "2026-10-24T22:00Z", "2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-26T01:00Z")]
    [InlineData("0 3 * * *", "Europe/Berlin", "both", "2026-10-24T22:00Z", "2026-10-25T02:00Z 2026-10-26T02:00Z")]
    [InlineData("59 59 2 * * *", "Europe/Berlin", "second", "2026-10-24T22:00Z", "2026-10-25T01:59:59Z 2026-10-26T01:59:59Z")]
    // Interval rules fire throughout, whatever the policy.
    [InlineData("30 * * * *", "Europe/Berlin", "first", "2026-10-24T23:45Z", "2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z")]
    [InlineData("30 */2 * * *", "Europe/Berlin", "second", "2026-10-24T23:45Z", "2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T03:30Z")]
    [InlineData("*/30 2 * * *", "Europe/Berlin", "first", "2026-10-24T23:45Z", "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z")]
    // Dublin calls its winter time a negative DST; the clocks are London's. 01:00 to 02:00 happens twice.
    [InlineData("30 1 * * *", "Europe/Dublin", "first", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("30 1 * * *", "Europe/Dublin", "second", "2026-10-24T12:00Z", "2026-10-25T01:30Z 2026-10-26T01:30Z")]
    // Lord Howe: only 01:30 to 02:00 happens twice, 14:30Z to 15:00Z and 15:00Z to 15:30Z.
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "both", "2026-04-04T00:00Z", "2026-04-04T14:45Z 2026-04-04T15:15Z 2026-04-05T15:15Z")]
    [InlineData("15 1 * * *", "Australia/Lord_Howe", "both", "2026-04-04T00:00Z", "2026-04-04T14:15Z 2026-04-05T14:45Z")]
    // Back over midnight: Beirut's 24th of October ends twice, 20:00Z and 21:00Z.
    [InlineData("30 23 * * *", "Asia/Beirut", "first", "2026-10-24T12:00Z", "2026-10-24T20:30Z 2026-10-25T21:30Z")]
    [InlineData("30 23 * * *", "Asia/Beirut", "both", "2026-10-24T12:00Z", "2026-10-24T20:30Z 2026-10-24T21:30Z 2026-10-25T21:30Z")]
    // Casablanca leaves its summer time for Ramadan: 2026-02-15, 03:00 becomes 02:00 at 02:00Z.
    [InlineData("30 2 * * *", "Africa/Casablanca", "first", "2026-02-14T12:00Z", "2026-02-15T01:30Z 2026-02-16T02:30Z")]
    // A change of the zone itself: Caracas went back half an hour on 2007-12-09, 03:00 (07:00Z) becoming 02:30.
    [InlineData("45 2 * * *", "America/Caracas", "both", "2007-12-08T12:00Z", "2007-12-09T06:45Z 2007-12-09T07:15Z 2007-12-10T07:15Z")]
    public void A_time_that_happens_twice_follows_the_overlap_policy(string cron, string zone, string overlap, string after, string expected) =>
        Fires(cron, zone, "fire", overlap, after, expected);

    [Theory]
    // Southern summer time is on in January; a zone without changes; an odd offset.
    [InlineData("30 2 * * *", "Australia/Sydney", "2026-01-01T00:00Z", "2026-01-01T15:30Z")]
    [InlineData("30 2 * * *", "Australia/Sydney", "2026-07-01T00:00Z", "2026-07-01T16:30Z")]
    [InlineData("30 2 * * *", "Asia/Tokyo", "2026-01-01T00:00Z", "2026-01-01T17:30Z")]
    [InlineData("0 6 * * *", "Asia/Kathmandu", "2026-01-01T00:00Z", "2026-01-01T00:15Z")]
    [InlineData("0 0 * * *", "Pacific/Kiritimati", "2026-01-01T00:00Z", "2026-01-01T10:00Z")]
    [InlineData("0 0 * * *", "Etc/GMT+12", "2026-01-01T00:00Z", "2026-01-01T12:00Z")]
    // Across the new year, in zones that are in it before and after UTC.
    [InlineData("0 0 1 1 *", "Pacific/Auckland", "2026-12-01T00:00Z", "2026-12-31T11:00Z")]
    [InlineData("59 23 31 12 *", "America/Los_Angeles", "2026-12-01T00:00Z", "2027-01-01T07:59Z")]
    // Years away, over many changes.
    [InlineData("0 12 29 2 *", "America/New_York", "2026-01-01T00:00Z", "2028-02-29T17:00Z")]
    [InlineData("30 2 ? 3 sun#2", "America/New_York", "2026-01-01T00:00Z", "2026-03-08T07:00Z")]
    public void Local_time_is_the_zones(string cron, string zone, string after, string expected) => Fires(cron, zone, "fire", "first", after, expected);

    [Fact]
    public void Seconds_around_a_change_equal_a_second_by_second_walk()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        string[] rules = ["*/7 */10 2-3 * * *", "13 0,30 1-3 * * *", "* 59 1,2 * * *", "0/25 30 * * * *"];
        foreach (var day in (string[])["2026-03-28T22:00Z", "2026-10-24T22:00Z"])
        {
            var (from, through) = (Rules.Utc(day), Rules.Utc(day).AddHours(8));
            var timeline = new LocalTimeline(berlin, from, through, TimeSpan.FromSeconds(1), TimeSpan.FromHours(3));
            foreach (var cron in rules)
                foreach (var overlap in (string[])["first", "second", "both"])
                    Assert.Equal(
                        new CronOracle(cron).Occurrences(timeline, fireAfterGap: true, overlap),
                        Rules.Of(cron, "Europe/Berlin", overlap: overlap).Between(from.AddTicks(-1), through, int.MaxValue));
        }
    }

    private static void Fires(string cron, string zone, string gap, string overlap, string after, string expected)
    {
        var occurrences = Rules.Of(cron, zone, gap, overlap).Between(Rules.Utc(after), DateTimeOffset.MaxValue, expected.Split(' ').Length);

        Assert.Equal(expected, occurrences.Text());
    }
}
