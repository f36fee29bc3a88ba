namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class CatchUpTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    [Fact]
    public void The_kill_left_occurrences_that_nobody_could_dispatch_in_time()
    {
        Assert.Contains(Evidence.RunsOf("catchup/all"), Evidence.FellIntoTheGap);
        Assert.InRange(Evidence.TakenOver - Evidence.Killed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void All_makes_up_for_every_occurrence_of_the_outage()
    {
        var runs = Evidence.RunsOf("catchup/all");

        EachSecondOnce(runs);
        Assert.All(runs, run => Assert.Equal("succeeded", run.State));
    }

    [Fact]
    public void Latest_makes_up_for_the_newest_and_has_the_others_on_record_as_missed()
    {
        var runs = Evidence.RunsOf("catchup/latest");

        EachSecondOnce(runs);
        Assert.All(runs.Where(Evidence.FellIntoTheGap), run => Assert.Equal(("missed", "superseded by a later occurrence (catch-up policy latest)"), (run.State, run.Error)));
        // The newest that was owed, and one that may have come between plan and broker.
        Assert.InRange(OfTheOutage(runs).Count(run => run.State == "succeeded"), 1, 2);
        Assert.All(runs, run => Assert.Contains(run.State, (string[])["succeeded", "missed"]));
    }

    [Fact]
    public void None_makes_up_for_nothing_that_lost_its_own_tick()
    {
        var runs = Evidence.RunsOf("catchup/none");

        EachSecondOnce(runs);
        MissedThenExecuted(OfTheOutage(runs), "not dispatched in its own tick (catch-up policy none)");
        Assert.Contains(runs, run => run.State == "succeeded" && run.ScheduledFor > Evidence.TakenOver);
    }

    [Fact]
    public void What_is_older_than_the_window_is_on_record_as_missed_and_what_is_younger_runs()
    {
        var runs = Evidence.RunsOf("catchup/short");

        EachSecondOnce(runs);
        MissedThenExecuted(OfTheOutage(runs), "older than the catch-up window of PT6S when the scheduler came to it");
    }

    [Fact]
    public void Catch_up_keeps_to_its_rate()
    {
        var late = Late();

        var took = late.Max(run => run.Dispatched!.Value) - late.Min(run => run.Dispatched!.Value);

        var least = (late.Count - (PolicyPlay.CatchUpRate / 5.0)) / PolicyPlay.CatchUpRate;
        Assert.True(took.TotalSeconds > least * 0.9, $"{late.Count} late runs went out within {took.TotalSeconds:0.0} s; {PolicyPlay.CatchUpRate}/s take {least:0.0} s");
    }

    [Fact]
    public void Live_runs_do_not_wait_for_catch_up()
    {
        var lastLate = Late().Max(run => run.Dispatched!.Value);
        var drain = lastLate - Evidence.TakenOver;

        var live = Evidence.Runs.Where(run => run.Schedule == "catchup/all" && run.ScheduledFor > Evidence.TakenOver && run.ScheduledFor < lastLate - (drain / 2)).ToList();

        Assert.NotEmpty(live);
        Assert.All(live, run => Assert.InRange(run.Dispatched!.Value - run.ScheduledFor, TimeSpan.FromMilliseconds(-5), drain / 2));
    }

    // The makings of a crowd of backfills that were waiting when the node died, and what the outage itself owed.
    private List<RunRecord> Late() => [.. Evidence.Runs.Where(run => run.Dispatched > Evidence.TakenOver.AddSeconds(-1)
        && (run.Schedule == "fair/crowd" || (run.Schedule.StartsWith("catchup/", StringComparison.Ordinal) && Evidence.FellIntoTheGap(run))))];

    private List<RunRecord> OfTheOutage(IEnumerable<RunRecord> runs) => [.. runs.Where(run => run.ScheduledFor > Evidence.Killed.AddSeconds(1) && run.ScheduledFor <= Evidence.TakenOver)];

    private static void MissedThenExecuted(IReadOnlyList<RunRecord> runs, string reason)
    {
        var missed = runs.TakeWhile(run => run.State == "missed").ToList();
        Assert.NotEmpty(missed);
        Assert.All(missed, run => Assert.Equal(reason, run.Error));
        Assert.All(runs.Skip(missed.Count), run => Assert.Equal("succeeded", run.State));
    }

    private static void EachSecondOnce(IReadOnlyList<RunRecord> runs)
    {
        var seconds = runs.Select(run => run.ScheduledFor.ToUnixTimeSeconds()).ToList();
        Assert.Equal(Enumerable.Range(0, runs.Count).Select(i => seconds[0] + i), seconds);
    }
}
