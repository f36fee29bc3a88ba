namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class ExecutionTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    [Fact]
    public void At_most_once_fails_with_its_node_and_is_never_executed_again()
    {
        var runs = Evidence.RunsOf("once/at-most");

        Assert.Contains(runs, run => Evidence.OnVictim.ContainsKey(run.Id));
        Assert.All(runs, run =>
        {
            Assert.Equal(Evidence.OnVictim.ContainsKey(run.Id) ? ("failed", "node lost") : ("succeeded", null), (run.State, run.Error));
            Assert.Equal(1, run.Attempt);
            Assert.Single(Evidence.CallsOfRun(run.Id));
        });
    }

    [Fact]
    public void At_least_once_is_executed_again_as_the_next_attempt()
    {
        var runs = Evidence.RunsOf("once/at-least");

        Assert.Contains(runs, run => Evidence.OnVictim.ContainsKey(run.Id));
        Assert.All(runs, run =>
        {
            var attempts = Evidence.OnVictim.ContainsKey(run.Id) ? 2 : 1;
            Assert.Equal(("succeeded", attempts), (run.State, run.Attempt));
            Assert.Equal(Enumerable.Range(1, attempts), Evidence.CallsOfRun(run.Id).Select(call => call.Attempt));
        });
    }

    [Fact]
    public void Executions_of_a_run_are_its_attempts_one_after_another_with_rising_fences()
    {
        foreach (var run in Evidence.Calls.GroupBy(call => call.Run))
        {
            var calls = run.OrderBy(call => call.Attempt).ToList();
            Assert.Equal(calls.Count, calls.Select(call => call.Attempt).Distinct().Count());
            for (var i = 1; i < calls.Count; i++)
            {
                Assert.True(calls[i].Fence > calls[i - 1].Fence, $"{run.Key}: fence {calls[i].Fence} after {calls[i - 1].Fence}");
                Assert.True(calls[i].Started > calls[i - 1].Started, $"{run.Key}: attempt {calls[i].Attempt} started before attempt {calls[i - 1].Attempt}");
            }
        }
    }

    [Fact]
    public void No_fence_is_given_to_two_attempts_of_a_schedule()
    {
        foreach (var schedule in Evidence.Calls.GroupBy(call => call.Schedule))
        {
            var fences = schedule.Select(call => call.Fence).ToList();
            Assert.Equal(fences.Count, fences.Distinct().Count());
        }
    }

    [Fact]
    public void A_trigger_that_was_accepted_has_run_also_during_the_outage()
    {
        var runs = Evidence.RunsOf("trigger/any-time").ToDictionary(run => run.Id);

        Assert.NotEmpty(Evidence.Triggered);
        Assert.Equal(Evidence.Triggered.Count, Evidence.Triggered.Distinct().Count());
        Assert.All(Evidence.Triggered, id =>
        {
            var run = Evidence.Runs.Single(candidate => candidate.Id == id);
            Assert.Equal(("succeeded", "manual"), (run.State, run.Trigger));
        });
        // A caller who was told 503 may have got a run all the same, but never two.
        Assert.InRange(Evidence.Runs.Count(run => run.Schedule == "trigger/any-time"), Evidence.Triggered.Count, Evidence.Triggered.Count + Evidence.TriggersRefused);
    }
}
