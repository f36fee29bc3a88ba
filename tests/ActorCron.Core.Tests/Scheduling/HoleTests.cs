using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

/// <summary>What used to be lost, or done twice, when a scheduler ended at a bad moment or its clock was off.</summary>
public class HoleTests
{
    private static SchedulingWorld World()
    {
        var world = new SchedulingWorld();
        world.Crash();
        return world;
    }

    private static IEnumerable<int> Range(int from, int to, int step = 1) => Enumerable.Range(0, ((to - from) / step) + 1).Select(i => from + (i * step));

    [Fact]
    public void What_follows_a_pause_is_not_cut_off_by_a_mark_and_what_fell_into_it_stays_paused()
    {
        var world = World();
        world.Put(Every("*/10 * * * * *"));
        world.Put(Every("* * * * * *", "busy"), partition: 1);
        world.Pause("s", true);
        world.Advance(60);
        world.Pause("s", false);
        world.Crash();
        world.Advance(10);

        Assert.Equal([70], world.RunsOf("s"));
    }

    [Fact]
    public void A_put_during_a_tick_that_stalls_is_not_cut_off_by_its_mark()
    {
        var world = World();
        world.Put(Every("* * * * * *", "busy"), partition: 1);
        world.Advance(5);
        world.RegisterOnly = 0;
        world.Advance(1);
        // The wall clock is set back a little while the tick waits for the store: what is put now names seconds that the tick's mark covers.
        world.ClockOff = TimeSpan.FromSeconds(-3);
        world.Put(Every("* * * * * *"));
        world.Resume();
        world.Crash();
        world.ClockOff = TimeSpan.Zero;
        world.Advance(4);

        Assert.Equal(Range(4, 10), world.RunsOf("s"));
        Assert.Equal(Range(1, 10), world.RunsOf("busy"));
    }

    [Fact]
    public void A_shorter_jitter_owes_what_now_fires_before_the_mark()
    {
        var world = World();
        var jittered = Every("*/5 * * * * *") with { Jitter = TimeSpan.FromHours(1) };
        world.Put(jittered);
        world.Put(Every("* * * * * *", "busy"), partition: 1);
        world.Advance(20);
        world.Put(jittered with { Jitter = TimeSpan.Zero });
        world.Crash();
        world.Advance(5);

        Assert.Equal(Range(5, 25, 5), world.RunsOf("s"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Of_a_tick_that_was_half_on_record_the_first_verdict_stands_and_the_rest_follows(int onRecord)
    {
        var world = World();
        world.Put(Every("* * * * * *"));
        world.Crash();
        world.Seconds = 10;
        world.RegisterOnly = onRecord;
        world.Advance(0.5);
        world.Put(Every("* * * * * *") with { CatchUp = new CatchUp(CatchUpPolicy.None, TimeSpan.FromDays(1)) });
        world.Crash();
        world.Seconds = 20;
        world.Advance(0.5);

        Assert.Equal(Range(1, 20), world.Records.Values.Select(run => (int)(run.Spec.ScheduledFor - Start).TotalSeconds).Order());
        Assert.Equal(onRecord, world.RunsOf("s").Count(second => second <= 10));
    }

    [Fact]
    public void What_is_on_record_as_a_range_of_missed_ones_is_not_planned_again_after_a_longer_window()
    {
        var world = World();
        world.Put(Every("* * * * * *") with { CatchUp = new CatchUp(CatchUpPolicy.All, TimeSpan.FromSeconds(10)) });
        world.Crash();
        world.Seconds = 3000;
        world.RegisterOnly = 0;
        world.Advance(0.5);
        world.Put(Every("* * * * * *") with { CatchUp = new CatchUp(CatchUpPolicy.All, TimeSpan.FromDays(1)) });
        world.Crash();
        world.Advance(2);

        Assert.InRange(world.InRanges("s"), 1900, 2000);
        Assert.All(world.EntryOf("s")!.MissedRanges, range =>
            Assert.DoesNotContain(world.Records.Values, run => run.Spec.ScheduledFor > range.After && run.Spec.ScheduledFor <= range.Through));
        Assert.Equal(3002, world.Records.Count + world.InRanges("s"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forming_has_one_run_of_each_reboot_rule_however_often_its_scheduler_ends(bool registered)
    {
        var world = new SchedulingWorld { Members = [7] };
        world.Crash();
        world.Put(Reboot());
        world.Advance(300);
        var first = Assert.Single(world.RebootsOf("s"));

        world.Members = [8, 9];
        world.RegisterOnly = registered ? 1 : 0;
        world.Crash();
        world.RegisterOnly = registered ? 1 : 0;
        world.Advance(1);
        Assert.Equal(registered ? 2 : 1, world.Records.Count);
        world.Members = [9];
        world.Crash();
        world.Advance(200);
        world.Crash();
        world.Advance(1);

        Assert.Equal([first, "s@2026-11-24T01:05Z"], world.RebootsOf("s"));
    }

    [Fact]
    public void A_crontab_entry_that_was_acknowledged_as_the_cluster_formed_runs_though_the_scheduler_ends()
    {
        var world = World();
        world.RegisterOnly = 0;
        world.Put(Reboot());
        world.Advance(1);
        Assert.Empty(world.Records);
        world.Crash();
        world.Advance(1);

        Assert.Equal(["s@2026-11-24T01:00Z"], world.RebootsOf("s"));
    }

    [Fact]
    public void A_crontab_entry_that_comes_later_waits_for_the_next_forming()
    {
        var world = World();
        world.Advance(200);
        Assert.False(Assert.IsType<MembersSeen>(world.SchedulerJournal.Last(e => e is MembersSeen)).OwesReboots);
        world.Put(Reboot());
        world.Advance(10);
        world.Crash();
        world.Advance(10);

        Assert.Empty(world.Records);
    }

    [Fact]
    public void Another_forming_in_the_same_second_has_runs_of_its_own()
    {
        var world = World();
        world.Put(Reboot());
        world.Advance(0.1);
        world.Members = [11];
        world.Crash();
        world.Advance(0.1);

        Assert.Equal(["s@2026-11-24T01:00:01Z", "s@2026-11-24T01:00Z"], world.RebootsOf("s"));
    }

    // The scheduler before ran with a clock that was ahead.
    [Theory]
    [InlineData(5)]
    [InlineData(3600)]
    public void A_successor_whose_clock_is_behind_the_mark_repeats_nothing_and_loses_nothing(int behind)
    {
        var world = World();
        world.Put(Every("*/5 * * * * *"));
        world.ClockOff = TimeSpan.FromSeconds(behind);
        world.Advance(20);
        var before = world.RunsOf("s").ToList();
        var registered = world.Registered.Count;
        world.ClockOff = TimeSpan.Zero;
        world.Crash();

        world.Put(Every("*/5 * * * * *", "new"));
        world.Put(Every("* * * * * *", "edited"));
        world.Advance(1);
        world.Put(Every("*/2 * * * * *", "edited"));
        world.Crash();
        world.Advance(behind + 20);

        Assert.Equal(Range(5, behind + 40, 5), world.RunsOf("s"));
        Assert.Equal(world.Registered.Skip(registered).SelectMany(all => all.Runs).Where(run => run.Spec.Schedule == "s").Select(run => run.Spec.Id).Distinct().Count(),
            world.RunsOf("s").Count() - before.Count);
        Assert.Equal(Range(25, behind + 40, 5), world.RunsOf("new"));
        Assert.Equal([21, .. Range(22, behind + 41, 2)], world.RunsOf("edited"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rule_edited_behind_the_mark_owes_what_it_names_from_now_on(bool endsAfter)
    {
        var world = World();
        world.Put(Every("*/5 * * * * *"));
        world.ClockOff = TimeSpan.FromHours(1);
        world.Advance(10);
        world.ClockOff = TimeSpan.Zero;
        world.Crash();
        world.Put(Every("*/3 * * * * *"));
        if (endsAfter) world.Crash();
        world.Advance(20);

        Assert.Subset(world.RunsOf("s").ToHashSet(), Range(12, 30, 3).ToHashSet());
    }

    [Fact]
    public void Of_more_than_one_plan_takes_only_the_latest_runs_and_each_occurrence_is_on_record()
    {
        var world = World();
        world.Put(Every("* * * * * *") with { CatchUp = new CatchUp(CatchUpPolicy.Latest, TimeSpan.FromDays(30)) });
        world.Crash();
        world.Seconds = 25_000;
        world.Advance(0.5);

        Assert.Equal([25_000], world.RunsOf("s"));
        Assert.Equal(25_000, world.Records.Count + world.InRanges("s"));
        Assert.True(world.Mark >= Start.AddSeconds(25_000));
    }

    [Fact]
    public void A_flood_is_planned_over_several_ticks_and_a_crash_among_them_loses_nothing()
    {
        var world = World();
        world.Put(Every("* * * * * *"));
        world.Crash();
        world.Seconds = 25_000;
        world.RegisterOnly = 3;
        world.Advance(0.5);
        world.Crash();
        world.Advance(0.5);

        Assert.Equal(Range(1, 25_001), world.RunsOf("s"));
        Assert.All(world.Registered, all => Assert.InRange(all.Runs.Length, 0, ScheduleCatalog.MaxOccurrences));
    }

    [Fact]
    public void A_schedule_with_a_flood_to_catch_up_with_does_not_hold_up_the_others()
    {
        var world = World();
        world.Put(Every("* * * * * *"));
        world.Seconds = 25_000;
        world.Put(Every("* * * * * *", "other"), partition: 1);
        world.Advance(1.5);
        world.Crash();
        world.Advance(1);

        Assert.Equal(Range(1, 25_002), world.RunsOf("s"));
        Assert.Equal(Range(25_001, 25_002), world.RunsOf("other"));
    }
}
