using static ActorCron.Cluster.Tests.Policies.JobReceiver;

namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class OverlapTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void Allow_lets_runs_overlap()
    {
        Assert.All(Evidence.RunsOf("overlap/allow"), run => Assert.Equal("succeeded", run.State));
        Assert.True(PolicyEvidence.Most(Evidence.CallsOf("overlap/allow")) > 1);
    }

    [Fact]
    public void Skip_never_runs_two_at_a_time_and_has_what_it_skipped_on_record()
    {
        var runs = Evidence.RunsOf("overlap/skip");

        OneAtATime(Evidence.CallsOf("overlap/skip"));
        Assert.All(runs, run => Assert.Contains(run.State, (string[])["succeeded", "skipped"]));
        Assert.All(runs.Where(run => run.State == "skipped"), run => Assert.Matches("^the run overlap/skip@.* has not ended$", run.Error));
        BeforeAndAfterTheKill(runs, "succeeded");
        BeforeAndAfterTheKill(runs, "skipped");
    }

    [Fact]
    public void Queue_never_runs_two_at_a_time_keeps_their_order_and_lets_one_wait()
    {
        var runs = Evidence.RunsOf("overlap/queue");

        OneAtATime(Evidence.CallsOf("overlap/queue"));
        InOrder(Evidence.CallsOf("overlap/queue"));
        Assert.All(runs.Where(run => run.State == "skipped"), run => Assert.Equal("one run is waiting already", run.Error));
        Assert.Contains(runs, run => run.State == "succeeded" && run.Started - run.ScheduledFor > TimeSpan.FromSeconds(1));
        BeforeAndAfterTheKill(runs, "succeeded");
        BeforeAndAfterTheKill(runs, "skipped");
    }

    [Fact]
    public void Replace_stops_the_older_run_before_the_newer_one_starts()
    {
        var runs = Evidence.RunsOf("overlap/replace");

        OneAtATime(Evidence.CallsOf("overlap/replace"));
        InOrder(Evidence.CallsOf("overlap/replace"));
        Assert.All(runs.Where(run => run.State == "cancelled"), run => Assert.StartsWith("replaced by overlap/replace@", run.Error, StringComparison.Ordinal));
        BeforeAndAfterTheKill(runs, "cancelled");
    }

    private void OneAtATime(IReadOnlyList<Call> calls)
    {
        for (var i = 1; i < calls.Count; i++)
        {
            var before = calls[i - 1];
            var ended = before.Status == 0 ? HungUp(before) : before.Ended;
            Assert.True(calls[i].Started >= ended, $"{calls[i].Run} started at {calls[i].Started:O}, {before.Run} ended at {ended:O}");
        }
    }

    // A receiver notices that its caller hung up a moment after the caller did, on a busy machine a long one: the record of a cancelled run says when.
    private DateTimeOffset? HungUp(Call call) =>
        Evidence.Runs.FirstOrDefault(run => run.Id == call.Run && run.State == "cancelled" && run.Attempt == call.Attempt)?.Finished ?? call.Ended - Notice;

    // By their times: the id of a run at a full minute names no seconds. What began later may not be on record yet.
    private void InOrder(IEnumerable<Call> calls)
    {
        var times = calls.Where(call => call.Started <= Evidence.Through).Select(call => call.Run).Distinct().Select(id => Evidence.Runs.Single(run => run.Id == id).ScheduledFor).ToList();
        Assert.Equal(times.Order(), times);
    }

    private void BeforeAndAfterTheKill(IReadOnlyList<RunRecord> runs, string state)
    {
        Assert.Contains(runs, run => run.State == state && run.ScheduledFor < Evidence.Killed);
        Assert.Contains(runs, run => run.State == state && run.ScheduledFor > Evidence.TakenOver);
    }
}
