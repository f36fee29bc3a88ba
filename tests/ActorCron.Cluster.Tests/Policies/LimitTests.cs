namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class LimitTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    // Seconds.
    private const int LateByAtMost = 2;

    [Fact]
    public void Max_concurrency_holds_across_the_nodes_through_the_kill()
    {
        var calls = Evidence.CallsOf("limit/narrow");

        Assert.InRange(PolicyEvidence.Most(calls), 2, 3);
        Assert.Contains(calls, call => call.Started > Evidence.Killed);
        Assert.All(Evidence.RunsOf("limit/narrow"), run => Assert.Equal("succeeded", run.State));
    }

    [Fact]
    public void A_rate_holds_across_the_nodes_through_the_kill()
    {
        var starts = Evidence.CallsOf("limit/paced").Select(call => call.Started).ToList();

        Assert.Contains(starts, start => start < Evidence.Killed);
        Assert.Contains(starts, start => start > Evidence.TakenOver);
        // 3/s from any start to any other. A busy machine may let a start arrive late, which moves it closer to those that follow; two nodes with
        // a rate each would still make twice as many in the seconds after the kill.
        for (var first = 0; first < starts.Count; first++)
            for (var last = first; last < starts.Count; last++)
                Assert.InRange(last - first + 1, 1, (3 * ((starts[last] - starts[first]).TotalSeconds + LateByAtMost)) + 1);
    }

    [Fact]
    public void Higher_priority_goes_first_where_both_wait()
    {
        var high = Waiting("priority/high");
        var low = Waiting(PolicySchedules.LowPriority);

        Assert.True(high.Count > 10 && low.Count > 10, $"{high.Count} and {low.Count} waited");
        // A worker may begin a message before its confirm is back, and the record then bears that moment: on a busy machine milliseconds tell
        // no order. Without priority half of these pairs would be the wrong way round.
        var wrong = high.Sum(one => low.Count(other => other < one));
        Assert.True(wrong * 10 < high.Count * low.Count, $"{wrong} of {high.Count * low.Count} pairs: high until {high.Max():O}, low from {low.Min():O}");

        // Both were asked for before the kill; what had not gone out by then waited for the successor together.
        List<DateTimeOffset> Waiting(string schedule) => [.. Evidence.Runs.Where(run => run.Schedule == schedule && run.Trigger == "backfill" && run.Dispatched > Evidence.Killed).Select(run => run.Dispatched!.Value)];
    }

    [Fact]
    public void One_users_crowd_does_not_hold_up_another_users_few()
    {
        var few = Evidence.RunsOf("fair/few").Where(Evidence.FellIntoTheGap).ToList();
        var crowd = Evidence.Runs.Where(run => run.Schedule == "fair/crowd" && run.Dispatched >= Evidence.TakenOver.AddSeconds(-1)).Select(run => run.Dispatched).Order().ToList();

        Assert.NotEmpty(few);
        Assert.True(crowd.Count > PolicyPlay.CrowdRuns / 2);
        Assert.True(few.Max(run => run.Dispatched) < crowd[crowd.Count / 2], "the few waited for half of the crowd");
    }
}
