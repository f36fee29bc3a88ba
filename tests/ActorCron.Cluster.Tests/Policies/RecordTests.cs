namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class RecordTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    [Fact]
    public void A_dry_run_counts_and_makes_nothing()
    {
        Assert.Equal(50, Evidence.DryRunCreated);
        Assert.Equal(0, Evidence.RunsAfterDryRun);
    }

    [Theory]
    [InlineData("fair/crowd", PolicyPlay.CrowdRuns)]
    [InlineData("limit/narrow", PolicyPlay.NarrowRuns)]
    [InlineData("limit/paced", PolicyPlay.PacedRuns)]
    public void A_backfill_that_the_kill_cut_in_two_ends_with_one_run_for_each_occurrence(string schedule, int occurrences)
    {
        var runs = Evidence.RunsOf(schedule);

        var first = runs[0].ScheduledFor.ToUnixTimeSeconds();
        Assert.Equal(Enumerable.Range(0, occurrences).Select(i => first + i), runs.Select(run => run.ScheduledFor.ToUnixTimeSeconds()));
        Assert.All(runs, run => Assert.Equal(("succeeded", "backfill"), (run.State, run.Trigger)));
        Assert.Contains(runs, run => run.Started < Evidence.Killed);
        Assert.Contains(runs, run => run.Started > Evidence.Killed);
    }

    [Fact]
    public void Every_occurrence_of_every_schedule_has_one_verdict_with_its_reason()
    {
        Assert.All(Evidence.Verdicts, schedule =>
        {
            Assert.Equal(schedule.Value.Count, schedule.Value.Select(verdict => verdict.Occurrence).Distinct().Count());
            Assert.All(schedule.Value, verdict =>
            {
                Assert.NotEmpty(verdict.Reason);
                Assert.Contains(verdict.Verdict, (string[])["succeeded", "skipped", "missed", "cancelled", "paused"]);
            });
        });
        var each = (int)(Evidence.Through - Evidence.Begun).TotalSeconds;
        foreach (var second in new[] { "catchup/all", "catchup/latest", "catchup/none", "catchup/short", "overlap/skip", "overlap/queue", "pause/none", "pause/stays" })
            Assert.InRange(Evidence.Verdicts[second].Count, each, each + 1);
    }

    [Fact]
    public void A_verdict_says_what_the_record_says()
    {
        var runs = Evidence.Runs.ToDictionary(run => run.Id);
        foreach (var verdict in Evidence.Verdicts.Values.SelectMany(verdicts => verdicts).Where(verdict => verdict.RunId is not null))
        {
            Assert.Equal(runs[verdict.RunId!].State, verdict.Verdict);
            if (verdict.Verdict is "missed" or "skipped" or "cancelled") Assert.Equal(runs[verdict.RunId!].Error, verdict.Reason);
        }
    }

    [Fact]
    public void No_run_is_on_record_twice() => Assert.Equal(Evidence.Runs.Count, Evidence.Runs.Select(run => run.Id).Distinct().Count());
}
