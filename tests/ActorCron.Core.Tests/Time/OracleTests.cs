using System.Collections.Concurrent;
using CsCheck;

namespace ActorCron.Core.Tests.Time;

/// <summary>Random rules in zones of every kind give the same list as <see cref="CronOracle"/>.</summary>
public sealed class OracleTests
{
    private static readonly string[] Zones =
    [
        "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago",
        "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll", "Pacific/Chatham", "Asia/Tehran",
    ];

    private static readonly ConcurrentDictionary<(string Zone, int Year), Lazy<LocalTimeline>> Years = new();

    private static readonly Gen<string> Minute = Field(0, 59);
    private static readonly Gen<string> Hour = Gen.OneOf(Gen.Const("*"), Field(0, 4), Field(0, 23));
    private static readonly Gen<string> Month = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Field(1, 12), Gen.OneOf("mar-apr,oct", "nov-feb", "sep"));
    private static readonly Gen<string> Day = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Gen.Const("?"), Field(1, 31), List(Gen.OneOf(
        Gen.Const("L"), Gen.Const("LW"), Gen.Int[0, 30].Select(n => $"L-{n}"), Gen.Int[1, 31].Select(n => $"{n}W"))));
    private static readonly Gen<string> DayOfWeek = Gen.OneOf(Gen.Const("*"), Gen.Const("*"), Gen.Const("?"), Field(0, 6), List(Gen.OneOf(
        Gen.OneOf("mon-fri", "fri-mon", "sun", "SAT,sun", "5-7", "7"), Gen.Int[0, 7].Select(n => $"{n}L"),
        Gen.Select(Gen.Int[0, 7], Gen.Int[1, 5], (day, nth) => $"{day}#{nth}"))));

    private static readonly Gen<string> Rule = Gen.Select(Minute, Hour, Day, Month, DayOfWeek,
        (minute, hour, day, month, dayOfWeek) => $"{minute} {hour} {day} {month} {dayOfWeek}");

    private static readonly Gen<(string Gap, string Overlap)> Policy =
        Gen.Select(Gen.OneOf("fire", "skip"), Gen.OneOf("first", "second", "both"));

    [Fact]
    public void A_years_list_equals_a_minute_by_minute_walk() =>
        Gen.Select(Rule, Gen.OneOf(Zones), Gen.OneOf(2010, 2011, 2026), Policy).Sample((cron, zone, year, policy) =>
        {
            var timeline = Years.GetOrAdd((zone, year), key => new(() => YearOf(key.Zone, key.Year))).Value;
            var expected = new CronOracle(cron).Occurrences(timeline, policy.Gap == "fire", policy.Overlap);
            if (!ActorCron.Core.Time.TimeRule.TryCreate(
                    new() { Cron = cron, TimeZone = zone, Dst = Rules.Dst(policy.Gap, policy.Overlap) }, "s", Rules.Created, out var rule, out var problem))
            {
                Assert.Contains("never fires", problem.Message, StringComparison.Ordinal);
                Assert.Empty(expected);
                return;
            }

            var actual = rule.Between(timeline.Instant(timeline.First).AddTicks(-1), timeline.Instant(timeline.Last), int.MaxValue);

            Assert.Equal(expected, actual);
        }, iter: 150, print: rule => $"{rule}");

    private static LocalTimeline YearOf(string zone, int year) => new(TimeZoneInfo.FindSystemTimeZoneById(zone),
        Rules.Utc($"{year}-01-01T00:00Z"), Rules.Utc($"{year}-12-31T23:59Z"), TimeSpan.FromMinutes(1), TimeSpan.FromDays(2));

    /// <summary>Lists of values, ranges that may wrap, and steps.</summary>
    private static Gen<string> Field(int min, int max)
    {
        var value = Gen.Int[min, max];
        return List(Gen.OneOf(
            value.Select(v => $"{v}"),
            value.Select(v => $"{v}"),
            Gen.Select(value, value, (a, b) => $"{a}-{b}"),
            Gen.Select(value, value, Gen.Int[1, 20], (a, b, step) => $"{a}-{b}/{step}"),
            Gen.Select(value, Gen.Int[1, 30], (a, step) => $"{a}/{step}"),
            Gen.Int[1, 30].Select(step => $"*/{step}")));
    }

    private static Gen<string> List(Gen<string> item) => item.List[1, 3].Select(items => string.Join(',', items));
}
