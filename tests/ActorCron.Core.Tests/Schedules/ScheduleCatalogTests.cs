using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using CsCheck;

namespace ActorCron.Core.Tests.Schedules;

public class ScheduleCatalogTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private static Schedule Cron(string cron, CatchUpPolicy policy = CatchUpPolicy.All, int windowMinutes = 10, string id = "s", int jitterSeconds = 0) => new()
    {
        Id = id,
        Time = new TimeSpec { Cron = cron },
        Job = new JobSpec("noop", "{}"),
        CatchUp = new CatchUp(policy, TimeSpan.FromMinutes(windowMinutes)),
        Jitter = TimeSpan.FromSeconds(jitterSeconds),
    };

    private static ScheduleCatalog Catalog(params Schedule[] schedules)
    {
        var catalog = new ScheduleCatalog();
        foreach (var schedule in schedules) Put(catalog, schedule, Start);
        catalog.StartFrom(Start);
        return catalog;
    }

    private static void Put(ScheduleCatalog catalog, Schedule schedule, DateTimeOffset at) => catalog.Apply(Assert.IsType<CatalogEvent.SchedulePut>(catalog.Put(schedule, 1, at)));

    private static IReadOnlyList<PlannedRun> Plan(ScheduleCatalog catalog, DateTimeOffset through, List<CatalogEvent.OccurrencesMissed>? ranges = null) => catalog.Plan(through, ranges ?? []);

    private static IEnumerable<int> Minutes(IEnumerable<PlannedRun> runs) => runs.Select(run => (int)(run.Spec.ScheduledFor - Start).TotalMinutes);

    public static TheoryData<DateTimeOffset> Ends => [DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddSeconds(30), DateTimeOffset.MaxValue.AddSeconds(-30), DateTimeOffset.MaxValue];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Whoever_asks_what_is_due_at_the_ends_of_the_calendar_is_answered(DateTimeOffset at)
    {
        var catalog = Catalog(Cron("* * * * *"), Cron("* * * * * *", id: "seconds"), Cron("0 0 1 1 *", id: "rare"));

        Assert.DoesNotContain(catalog.Naming(at), entry => entry.Schedule.Id == "rare" && at > Start);
        Assert.NotNull(ScheduleHistory.Between(catalog.Entries.First(), at, at, 10));
    }

    [Fact]
    public void Windows_and_jitter_that_reach_beyond_the_calendar_end_with_it()
    {
        var last = DateTimeOffset.MaxValue.AddTicks(-(DateTimeOffset.MaxValue.Ticks % TimeSpan.TicksPerSecond));
        var schedule = Cron("* * * * *", jitterSeconds: 86_400) with { Time = new TimeSpec { At = last }, CatchUp = new CatchUp(CatchUpPolicy.All, TimeSpan.FromDays(365_000_000 / 365)) };
        var catalog = Catalog(schedule);

        Assert.InRange(ScheduleCatalog.FireTime(schedule, last), last, DateTimeOffset.MaxValue);
        Assert.Equal(last, catalog.NextOccurrence("s"));
        Assert.Empty(Plan(catalog, Start.AddYears(1)));
    }

    [Fact]
    public void A_plan_holds_each_occurrence_once_and_what_comes_next_is_known()
    {
        var catalog = Catalog(Cron("*/5 * * * *"));
        Assert.Equal(Start.AddMinutes(5), catalog.NextDue);

        var runs = Plan(catalog, Start.AddMinutes(5));

        var run = Assert.Single(runs);
        Assert.Equal(("s@2026-11-24T01:05Z", (string?)null, false), (run.Spec.Id, run.Missed, run.Spec.Late));
        Assert.Empty(Plan(catalog, Start.AddMinutes(5)));
        Assert.Equal(Start.AddMinutes(10), catalog.NextDue);
    }

    // Occurrences 1 to 30 of an every-minute rule come due at once, the window is ten minutes.
    [Theory]
    [InlineData(CatchUpPolicy.All, new[] { 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 })]
    [InlineData(CatchUpPolicy.Latest, new[] { 30 })]
    [InlineData(CatchUpPolicy.None, new[] { 29, 30 })] // Both are still within their own tick's minute.
    public void After_an_outage_the_policy_says_what_runs_and_all_else_is_missed_on_record(CatchUpPolicy policy, int[] executed)
    {
        var runs = Plan(Catalog(Cron("* * * * *", policy)), Start.AddMinutes(30));

        Assert.Equal(executed, Minutes(runs.Where(run => run.Missed is null)));
        Assert.Equal(Enumerable.Range(1, 30), Minutes(runs));
        Assert.All(runs.Where(run => run.Missed is not null), run => Assert.NotEmpty(run.Missed!));
        Assert.All(runs, run => Assert.Equal(run.Spec.ScheduledFor < Start.AddMinutes(29), run.Spec.Late));
    }

    [Theory]
    [InlineData(CatchUpPolicy.All)]
    [InlineData(CatchUpPolicy.Latest)]
    [InlineData(CatchUpPolicy.None)]
    public void Beyond_the_window_nothing_runs_and_the_reason_names_the_window(CatchUpPolicy policy)
    {
        var run = Assert.Single(Plan(Catalog(Cron("10 1 * * *", policy)), Start.AddHours(2)));

        Assert.Contains("catch-up window", run.Missed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CatchUpPolicy.All)]
    [InlineData(CatchUpPolicy.Latest)]
    [InlineData(CatchUpPolicy.None)]
    public void What_falls_into_a_pause_is_never_owed_whatever_the_policy_says(CatchUpPolicy policy)
    {
        var catalog = Catalog(Cron("* * * * *", policy));
        Put(catalog, Cron("* * * * *", policy) with { Paused = true }, Start.AddSeconds(30));
        Assert.Null(catalog.NextDue);
        Assert.Empty(Plan(catalog, Start.AddMinutes(60)));

        Put(catalog, Cron("* * * * *", policy), Start.AddMinutes(60).AddSeconds(30));

        Assert.Equal(Start.AddMinutes(61), catalog.NextDue);
        var run = Assert.Single(Plan(catalog, Start.AddMinutes(61)));
        Assert.Equal((Start.AddMinutes(61), null), (run.Spec.ScheduledFor, run.Missed));
    }

    [Theory]
    [InlineData(CatchUpPolicy.All)]
    [InlineData(CatchUpPolicy.Latest)]
    [InlineData(CatchUpPolicy.None)]
    public void What_falls_into_a_pause_is_not_owed_by_a_scheduler_that_starts_from_its_mark_either(CatchUpPolicy policy)
    {
        var catalog = new ScheduleCatalog();
        Put(catalog, Cron("* * * * *", policy), Start);
        Put(catalog, Cron("* * * * *", policy) with { Paused = true }, Start.AddMinutes(2).AddSeconds(30));
        Put(catalog, Cron("* * * * *", policy), Start.AddMinutes(5).AddSeconds(30));
        catalog.StartFrom(Start.AddMinutes(2));

        Assert.Equal(Start.AddMinutes(6), catalog.NextDue);
    }

    [Fact]
    public void What_fell_due_before_a_pause_is_owed_although_the_rule_is_edited_during_the_pause()
    {
        var catalog = Catalog(Cron("* * * * *"));
        Plan(catalog, Start.AddMinutes(1));
        Put(catalog, Cron("* * * * *") with { Paused = true }, Start.AddMinutes(2).AddSeconds(2));
        Put(catalog, Cron("*/5 * * * *") with { Paused = true }, Start.AddMinutes(3).AddSeconds(2));
        Put(catalog, Cron("*/5 * * * *"), Start.AddMinutes(11));

        Assert.Equal([2, 15], Minutes(Plan(catalog, Start.AddMinutes(15))));
    }

    [Fact]
    public void What_fell_due_before_a_pause_is_owed_after_it_by_a_schedule_that_catches_up_with_nothing_too()
    {
        var schedule = Cron("* * * * *", CatchUpPolicy.None);
        var catalog = Catalog(schedule);
        Plan(catalog, Start.AddMinutes(1));
        Put(catalog, schedule with { Paused = true }, Start.AddMinutes(2).AddSeconds(2));
        Put(catalog, schedule, Start.AddMinutes(3).AddSeconds(2));

        Assert.Equal([2, 4], Minutes(Plan(catalog, Start.AddMinutes(4))));
    }

    [Fact]
    public void What_a_resumed_schedule_names_next_is_owed_although_a_tick_with_a_clock_ahead_has_been_there()
    {
        var catalog = new ScheduleCatalog();
        Put(catalog, Cron("* * * * *") with { Paused = true }, Start);
        catalog.StartFrom(Start);
        Plan(catalog, Start.AddMinutes(1).AddSeconds(1));
        catalog.Advance(Start.AddMinutes(1).AddSeconds(1));
        Put(catalog, Cron("* * * * *"), Start.AddSeconds(59));

        catalog.StartFrom(Start.AddMinutes(1).AddSeconds(1));

        Assert.Equal(Start.AddMinutes(1), catalog.NextDue);
    }

    [Theory]
    [InlineData(CatchUpPolicy.All)]
    [InlineData(CatchUpPolicy.None)]
    public void What_fell_due_before_a_pause_is_owed_although_the_scheduler_comes_to_it_during_the_pause(CatchUpPolicy policy)
    {
        var schedule = Cron("* * * * *", policy);
        var catalog = Catalog(schedule);
        Plan(catalog, Start.AddMinutes(1));
        Put(catalog, schedule with { Paused = true }, Start.AddMinutes(2).AddSeconds(2));

        Assert.Equal(Start.AddMinutes(2), catalog.NextDue);
        Assert.Equal([2], Minutes(Plan(catalog, Start.AddMinutes(2).AddSeconds(4))));
        Assert.Null(catalog.NextDue);
        Assert.Empty(Plan(catalog, Start.AddMinutes(5)));
    }

    [Fact]
    public void What_fell_due_before_a_pause_is_owed_by_a_scheduler_that_starts_from_its_mark_too()
    {
        var catalog = new ScheduleCatalog();
        Put(catalog, Cron("* * * * *"), Start);
        Put(catalog, Cron("* * * * *") with { Paused = true }, Start.AddMinutes(2).AddSeconds(2));
        catalog.StartFrom(Start.AddMinutes(1));

        Assert.Equal([2], Minutes(Plan(catalog, Start.AddMinutes(5))));
        Assert.Null(catalog.NextDue);
    }

    [Fact]
    public void A_pause_and_a_resumption_before_the_scheduler_comes_to_it_cost_what_fell_between_them_alone()
    {
        var catalog = Catalog(Cron("* * * * *"));
        Plan(catalog, Start.AddMinutes(1));
        Put(catalog, Cron("* * * * *") with { Paused = true }, Start.AddMinutes(2).AddSeconds(2));
        Put(catalog, Cron("* * * * *"), Start.AddMinutes(3).AddSeconds(2));

        Assert.Equal([2, 4], Minutes(Plan(catalog, Start.AddMinutes(4))));
    }

    [Fact]
    public void A_put_that_does_not_say_whether_it_is_paused_keeps_a_pause()
    {
        var unsaid = Cron("*/2 * * * *") with { KeepsPause = true };
        var catalog = Catalog(Cron("* * * * *") with { Paused = true });
        Put(catalog, unsaid, Start.AddMinutes(3));

        Assert.True(catalog.TryGet("s", out var entry));
        Assert.Equal(("*/2 * * * *", true, false), (entry.Schedule.Time.Cron, entry.Schedule.Paused, entry.Schedule.KeepsPause));
        Assert.Null(catalog.Put(unsaid, 9, Start.AddMinutes(4)));

        Put(catalog, Cron("*/2 * * * *"), Start.AddMinutes(5));
        Put(catalog, unsaid with { Description = "changed" }, Start.AddMinutes(6));

        Assert.True(catalog.TryGet("s", out entry));
        Assert.False(entry.Schedule.Paused);
    }

    [Fact]
    public void A_schedule_created_paused_owes_nothing_whatever_else_of_it_is_changed()
    {
        var catalog = Catalog(Cron("* * * * *") with { Paused = true });
        Put(catalog, Cron("* * * * *") with { Paused = true, Description = "changed" }, Start.AddMinutes(3));

        Assert.Null(catalog.NextDue);
        Assert.Empty(Plan(catalog, Start.AddMinutes(5)));
    }

    [Fact]
    public void What_fell_due_before_an_edit_is_owed_although_the_scheduler_comes_to_it_later()
    {
        var catalog = Catalog(Cron("*/2 * * * *"));
        Put(catalog, Cron("*/5 * * * *"), Start.AddMinutes(3));
        Put(catalog, Cron("*/7 * * * *"), Start.AddMinutes(12));

        Assert.Equal(Start.AddMinutes(2), catalog.NextDue);
        Assert.Equal([2, 5, 10, 14, 21], Minutes(Plan(catalog, Start.AddMinutes(25))));
    }

    [Fact]
    public void What_fell_due_before_an_edit_is_owed_by_a_scheduler_that_starts_from_its_mark_too()
    {
        var catalog = new ScheduleCatalog();
        Put(catalog, Cron("*/2 * * * *"), Start);
        Put(catalog, Cron("*/5 * * * *"), Start.AddMinutes(5).AddSeconds(1));
        catalog.StartFrom(Start.AddMinutes(2));

        Assert.Equal([4, 10], Minutes(Plan(catalog, Start.AddMinutes(12))));
    }

    [Fact]
    public void An_edit_names_nothing_before_itself_and_nothing_that_ran()
    {
        var catalog = Catalog(Cron("*/2 * * * *"));
        Assert.Equal([2, 4], Minutes(Plan(catalog, Start.AddMinutes(4))));
        Put(catalog, Cron("* * * * *"), Start.AddMinutes(5).AddSeconds(30));

        Assert.Equal([6, 7], Minutes(Plan(catalog, Start.AddMinutes(7))));
    }

    [Fact]
    public void A_resumed_schedule_does_not_repeat_what_ran_before_its_pause()
    {
        var catalog = Catalog(Cron("* * * * *"));
        Assert.Equal([1, 2], Minutes(Plan(catalog, Start.AddMinutes(2))));
        Put(catalog, Cron("* * * * *") with { Paused = true }, Start.AddMinutes(2).AddSeconds(30));
        Put(catalog, Cron("* * * * *"), Start.AddMinutes(4).AddSeconds(30));

        Assert.Equal([5], Minutes(Plan(catalog, Start.AddMinutes(5))));
    }

    [Fact]
    public void A_changed_rule_is_never_a_miss_and_a_changed_job_loses_nothing()
    {
        var catalog = Catalog(Cron("* * * * *"));
        Put(catalog, Cron("* * * * *") with { Job = new JobSpec("shell", "{}") }, Start.AddMinutes(3));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], Minutes(Plan(catalog, Start.AddMinutes(9))));

        Put(catalog, Cron("3-59/2 * * * *"), Start.AddMinutes(9).AddSeconds(30));
        Put(catalog, Cron("*/2 * * * *"), Start.AddMinutes(9).AddSeconds(40));

        Assert.Equal([10], Minutes(Plan(catalog, Start.AddMinutes(10))));
    }

    [Fact]
    public void A_put_that_changes_nothing_is_no_event()
    {
        var catalog = Catalog(Cron("* * * * *") with { Tags = ["a"] });

        Assert.Null(catalog.Put(Cron("* * * * *") with { Tags = ["a"] }, 2, Start.AddMinutes(1)));
        Assert.NotNull(catalog.Put(Cron("* * * * *") with { Tags = ["b"] }, 2, Start.AddMinutes(1)));
    }

    [Fact]
    public void A_removed_schedule_leaves_the_index()
    {
        var catalog = Catalog(Cron("* * * * *"), Cron("*/10 * * * *", id: "t"));

        catalog.Apply(new CatalogEvent.ScheduleRemoved(Start, "s"));

        Assert.Equal(Start.AddMinutes(10), catalog.NextDue);
        Assert.Equal("t", Assert.Single(Plan(catalog, Start.AddMinutes(10))).Spec.Schedule);
    }

    // A tick must cost what is due: with 20,000 schedules of which one is due, planning touches one rule.
    [Fact]
    public void A_tick_costs_what_is_due_and_not_what_is_stored()
    {
        var catalog = Catalog([Cron("1 1 * * *", id: "due"), .. Enumerable.Range(0, 20_000).Select(i => Cron("0 12 * * *", id: $"idle{i}"))]);
        long Bytes(Action act)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            act();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Plan(catalog, Start);
        var spent = Bytes(() => Assert.Single(Plan(catalog, Start.AddMinutes(1))));

        Assert.InRange(spent, 0, 20_000);
        Assert.Equal(20_000, Plan(catalog, Start.AddHours(11)).Count);
    }

    [Fact]
    public void A_month_of_an_every_second_rule_is_bounded_and_every_second_of_it_is_on_record_once()
    {
        var catalog = Catalog(Cron("* * * * * *"));
        var now = Start.AddDays(30);
        var ranges = new List<CatalogEvent.OccurrencesMissed>();
        var records = new List<PlannedRun>();
        for (var plans = 0; catalog.NextDue <= now; plans++)
        {
            Assert.InRange(plans, 0, 10);
            var runs = Plan(catalog, now, ranges);
            Assert.InRange(runs.Count, 0, ScheduleCatalog.MaxOccurrences);
            records.AddRange(runs);
        }

        Assert.Equal(601, records.Count(run => run.Missed is null));
        Assert.Equal(records.Count, records.Select(run => run.Spec.Id).Distinct().Count());
        Assert.DoesNotContain(records, run => ranges.Any(range => run.Spec.ScheduledFor > range.After && run.Spec.ScheduledFor <= range.Through));
        var inRanges = ranges.Sum(range => (range.Through.UtcTicks / TimeSpan.TicksPerSecond) - (range.After.UtcTicks / TimeSpan.TicksPerSecond));
        Assert.Equal(30 * 86_400, inRanges + records.Count);
    }

    [Fact]
    public void Jitter_delays_each_occurrence_by_its_own_share_that_a_fail_over_repeats()
    {
        var schedule = Cron("* * * * *", jitterSeconds: 50);
        var first = Enumerable.Range(1, 200).Select(i => (Start.AddMinutes(i), ScheduleCatalog.FireTime(schedule, Start.AddMinutes(i)))).ToList();

        Assert.All(first, pair => Assert.InRange(pair.Item2 - pair.Item1, TimeSpan.Zero, schedule.Jitter));
        Assert.True(first.Select(pair => (pair.Item2 - pair.Item1).Ticks).Distinct().Count() > 190);
        Assert.Equal(first, Enumerable.Range(1, 200).Select(i => (Start.AddMinutes(i), ScheduleCatalog.FireTime(schedule with { Priority = 9 }, Start.AddMinutes(i)))));
    }

    [Theory]
    [InlineData(5, 55)]
    [InlineData(0, 55)]
    [InlineData(1, 3600)]
    [InlineData(300, 86_400)]
    public void Jitter_never_moves_an_occurrence_past_the_schedules_end(int secondsToEnd, int jitterSeconds)
    {
        for (var minute = 1; minute <= 100; minute++)
        {
            var occurrence = Start.AddMinutes(minute);
            var schedule = Cron("* * * * *", jitterSeconds: jitterSeconds) with { Time = new TimeSpec { Cron = "* * * * *", EndAt = occurrence.AddSeconds(secondsToEnd) } };

            var fires = ScheduleCatalog.FireTime(schedule, occurrence);

            // Its run needs a moment from there to its start.
            Assert.InRange(fires, occurrence, secondsToEnd <= 1 ? occurrence : occurrence.AddSeconds(secondsToEnd - 1));
        }
    }

    [Fact]
    public void An_end_that_is_moved_away_loses_no_occurrence_that_its_jitter_delays_again()
    {
        var schedule = Cron("* * * * *", jitterSeconds: 55) with { Time = new TimeSpec { Cron = "* * * * *", EndAt = Start.AddMinutes(2).AddSeconds(5) } };
        var catalog = Catalog(schedule);
        var before = Minutes(Plan(catalog, Start.AddMinutes(2).AddSeconds(1)));
        catalog.Advance(Start.AddMinutes(2).AddSeconds(1));
        Put(catalog, schedule with { Time = new TimeSpec { Cron = "* * * * *" } }, Start.AddMinutes(2).AddSeconds(2));

        var successor = new ScheduleCatalog();
        foreach (var entry in catalog.Entries) successor.Restore(entry);
        successor.StartFrom(Start.AddMinutes(2).AddSeconds(1));

        // What was planned may be named again, as its run is known; none is left out.
        Assert.Equal([1, 2, 3], before.Concat(Minutes(Plan(successor, Start.AddMinutes(4)))).Distinct().Order().TakeWhile(minute => minute < 4));
    }

    // Steps forward of random length; now and then the scheduler dies before or after its mark is stored.
    private static readonly Gen<(int Seconds, int Death)[]> Lives = Gen.Select(Gen.Int[0, 400], Gen.Int[0, 4]).Array[1, 30];

    [Theory]
    [InlineData("* * * * *", 0)]
    [InlineData("*/7 * * * *", 20)]
    [InlineData("* * * * *", 55)]
    [InlineData("*/20 * * * * *", 300)]
    public void However_often_the_scheduler_dies_the_same_runs_are_planned_and_none_that_is_on_record_again(string cron, int jitterSeconds) => Lives.Sample(steps =>
    {
        var schedule = Cron(cron, windowMinutes: 100_000, jitterSeconds: jitterSeconds);
        var catalog = Catalog(schedule);
        var (now, mark) = (Start, Start);
        var dispatched = new HashSet<string>();
        foreach (var (seconds, death) in steps)
        {
            now = now.AddSeconds(seconds);
            var planned = Plan(catalog, now);
            var lost = death == 0;
            foreach (var run in planned)
            {
                Assert.Null(run.Missed);
                Assert.True(lost || dispatched.Add(run.Spec.Id), $"{run.Spec.Id} is planned again after its mark");
            }
            if (!lost) mark = now;
            if (death > 1) continue;
            catalog = new ScheduleCatalog();
            Put(catalog, schedule, Start);
            catalog.StartFrom(mark);
        }
        foreach (var run in Plan(catalog, now)) Assert.True(dispatched.Add(run.Spec.Id), $"{run.Spec.Id} is planned again");

        Assert.Equal(Plan(Catalog(schedule), now).Select(run => run.Spec.Id).Order(), dispatched.Order());
    }, iter: 200);

    [Fact]
    public void The_history_of_a_schedule_knows_its_creation_its_rules_and_its_pauses()
    {
        var catalog = Catalog(Cron("*/10 * * * *"));
        Put(catalog, Cron("*/5 * * * *"), Start.AddMinutes(20));
        Put(catalog, Cron("*/5 * * * *") with { Paused = true }, Start.AddMinutes(31));
        Put(catalog, Cron("*/5 * * * *"), Start.AddMinutes(41));
        Assert.True(catalog.TryGet("s", out var entry));

        var history = ScheduleHistory.Between(entry, Start.AddMinutes(-10), Start.AddMinutes(45), 100);

        Assert.Equal([(-10, false, false), (0, false, false), (10, true, false), (20, true, false), (25, true, false), (30, true, false), (35, true, true), (40, true, true), (45, true, false)],
            history.Select(occurrence => ((int)(occurrence.At - Start).TotalMinutes, occurrence.Exists, occurrence.Paused)));
        Assert.Equal(3, ScheduleHistory.Between(entry, Start.AddMinutes(-10), Start.AddMinutes(45), 3).Count);
    }
}
