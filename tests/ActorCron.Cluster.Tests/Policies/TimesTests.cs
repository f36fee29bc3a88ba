using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;

namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class TimesTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    [Theory]
    [InlineData("pause/all")]
    [InlineData("pause/none")]
    public void What_falls_into_a_pause_stays_paused_whatever_the_policy(string schedule)
    {
        Assert.DoesNotContain(Evidence.RunsOf(schedule), InThePause);
        Assert.Contains(Evidence.RunsOf(schedule), run => run.State == "succeeded" && run.ScheduledFor > Evidence.TakenOver);
        var verdicts = Evidence.Verdicts[schedule].Where(verdict => verdict.Occurrence > Evidence.PausedAt.AddSeconds(1) && verdict.Occurrence < Evidence.Killed).ToList();
        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, verdict => Assert.Equal(("paused", "the schedule was paused"), (verdict.Verdict, verdict.Reason)));
    }

    [Fact]
    public void A_pause_outlives_the_kill()
    {
        Assert.DoesNotContain(Evidence.Runs, run => run.Schedule == "pause/stays" && run.ScheduledFor > Evidence.PausedAt.AddSeconds(1));
        Assert.All(Evidence.Verdicts["pause/stays"].Where(verdict => verdict.Occurrence > Evidence.PausedAt.AddSeconds(1)), verdict => Assert.Equal("paused", verdict.Verdict));
    }

    [Fact]
    public void A_window_that_ends_during_the_outage_has_all_its_occurrences_and_no_other()
    {
        var runs = Evidence.RunsOf("window/inside");

        Assert.True(Evidence.WindowStart < Evidence.Killed && Evidence.WindowEnd < Evidence.TakenOver);
        var first = Evidence.WindowStart.ToUnixTimeSeconds();
        Assert.Equal(Enumerable.Range(0, (int)(Evidence.WindowEnd.ToUnixTimeSeconds() - first) + 1).Select(i => first + i), runs.Select(run => run.ScheduledFor.ToUnixTimeSeconds()));
        Assert.All(runs, run => Assert.Equal("succeeded", run.State));
    }

    [Fact]
    public void Jitter_moves_each_occurrence_to_the_same_instant_before_and_after_the_kill()
    {
        var schedule = new Schedule { Id = "jitter/stable", Time = new TimeSpec { Cron = "*/3 * * * * *" }, Job = new JobSpec("noop", "{}"), Jitter = TimeSpan.FromSeconds(5) };
        var runs = Evidence.RunsOf("jitter/stable").Select(run => (run.ScheduledFor, run.Dispatched, Fires: ScheduleCatalog.FireTime(schedule, run.ScheduledFor))).ToList();

        Assert.True(runs.Select(run => run.Fires - run.ScheduledFor).Distinct().Count() > 5);
        Assert.All(runs, run => Assert.True(run.Dispatched > run.Fires.AddMilliseconds(-5), $"{run.ScheduledFor:O} went out at {run.Dispatched:O}, before {run.Fires:O}"));
        Assert.All(runs.Where(run => run.Fires > Evidence.TakenOver.AddSeconds(3)), run => Assert.InRange(run.Dispatched!.Value - run.Fires, TimeSpan.FromMilliseconds(-5), TimeSpan.FromSeconds(4)));
        for (var i = 1; i < runs.Count; i++) Assert.Equal(TimeSpan.FromSeconds(3), runs[i].ScheduledFor - runs[i - 1].ScheduledFor);
        Assert.Contains(runs, run => run.ScheduledFor < Evidence.Killed);
        Assert.Contains(runs, run => run.ScheduledFor > Evidence.TakenOver);
    }

    private bool InThePause(RunRecord run) => run.ScheduledFor > Evidence.PausedAt.AddSeconds(1) && run.ScheduledFor < Evidence.Killed;
}
