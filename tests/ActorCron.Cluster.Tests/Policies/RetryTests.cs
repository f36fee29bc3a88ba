namespace ActorCron.Cluster.Tests.Policies;

[Collection(ClusterTests.Name)]
public sealed class RetryTests(Servers servers, PolicyScenario scenario) : PolicyTests(servers, scenario)
{
    [Fact]
    public void A_run_that_fails_each_time_is_tried_as_often_as_it_may_and_then_listed_as_failed()
    {
        Assert.Equal(3, Evidence.ExhaustedBeforeTheRetryByHand.Count);
        Assert.All(Evidence.ExhaustedBeforeTheRetryByHand, run =>
        {
            Assert.Equal("HTTP 500", run.Error);
            Assert.StartsWith("retry/exhausted-", run.Schedule, StringComparison.Ordinal);
            // What the kill cut off was no failure of the job.
            var calls = Evidence.CallsOfRun(run.Id).Where(call => call.Attempt <= run.Attempt).ToList();
            Assert.Equal(4, calls.Count(call => call.Status == 500));
            Assert.DoesNotContain(calls, call => call.Status == 200);
        });
    }

    [Fact]
    public void Attempts_are_spread_over_the_kill_and_wait_longer_each_time()
    {
        foreach (var run in Evidence.ExhaustedBeforeTheRetryByHand)
        {
            var calls = Evidence.CallsOfRun(run.Id).Where(call => call.Status == 500).ToList();
            Assert.True(calls[0].Started < Evidence.Killed && calls[^1].Started > Evidence.Killed);
            for (var i = 1; i < calls.Count; i++)
            {
                var delay = TimeSpan.FromSeconds(0.9 * 2 * Math.Pow(2, i - 1));
                Assert.True(calls[i].Started - calls[i - 1].Ended > delay, $"{run.Id}: attempt {calls[i].Attempt} came {(calls[i].Started - calls[i - 1].Ended)!.Value.TotalSeconds:0.0} s after the one before");
            }
        }
    }

    [Fact]
    public void A_retry_by_hand_is_one_further_attempt()
    {
        Assert.All(Evidence.ExhaustedBeforeTheRetryByHand, before =>
        {
            var after = Evidence.Runs.Single(run => run.Id == before.Id);
            Assert.Equal(("succeeded", before.Attempt + 1), (after.State, after.Attempt));
        });
    }

    [Fact]
    public void A_run_that_fails_twice_around_the_kill_succeeds_the_third_time()
    {
        for (var i = 0; i < 3; i++)
        {
            var run = Assert.Single(Evidence.RunsOf($"retry/third-time-{i}"));
            Assert.Equal("succeeded", run.State);
            Assert.Equal(2, Evidence.CallsOfRun(run.Id).Count(call => call.Status == 500));
            Assert.Contains(Evidence.CallsOfRun(run.Id), call => call.Status == 200);
        }
    }

    [Fact]
    public void A_run_that_waits_for_its_retry_can_be_cancelled_during_the_outage()
    {
        var run = Assert.Single(Evidence.RunsOf("retry/cancelled"));

        Assert.Equal(("cancelled", "cancelled by an operator"), (run.State, run.Error));
        Assert.Single(Evidence.CallsOfRun(run.Id));
    }

    [Fact]
    public void Each_attempt_has_the_whole_timeout_for_itself()
    {
        var runs = Evidence.RunsOf("timeout/each");

        Assert.Equal(PolicySchedules.Copies, runs.Count);
        Assert.All(runs, run =>
        {
            Assert.Equal(("timedOut", "it did not end within 8 s"), (run.State, run.Error));
            var lost = Evidence.OnVictim.GetValueOrDefault(run.Id);
            var calls = Evidence.CallsOfRun(run.Id);
            var attempts = lost > 0 ? 3 : 2;
            Assert.Equal((attempts, attempts), (run.Attempt, calls.Count));
            // The receiver hears of an attempt a moment after it began, so its own clock shows too little: the record says how long the last one
            // had, and the next one's begin how long those before it had.
            Assert.InRange((run.Finished - run.Started)!.Value.TotalSeconds, 7.5, 14);
            Assert.All(calls.Zip(calls.Skip(1)).Where(pair => pair.Item1.Attempt != lost), pair => Assert.True((pair.Item2.Started - pair.Item1.Started).TotalSeconds > 7.5));
            Assert.All(calls.Where(call => call.Attempt != lost), call => Assert.True((call.Ended - call.Started)!.Value.TotalSeconds < 14));
        });
    }

    [Fact]
    public void What_an_operator_cancels_during_the_outage_is_cancelled_wherever_it_ran()
    {
        var runs = Evidence.RunsOf("cancel/running");

        Assert.Contains(runs, run => Evidence.OnVictim.ContainsKey(run.Id));
        Assert.All(runs, run =>
        {
            Assert.Equal(("cancelled", "cancelled by an operator"), (run.State, run.Error));
            // What the dead node ran may have begun again before its books were back to take the cancel: then its attempt says so.
            Assert.InRange(run.Attempt, 1, Evidence.OnVictim.ContainsKey(run.Id) ? 2 : 1);
            Assert.Equal(run.Executed ? run.Attempt : 1, Evidence.CallsOfRun(run.Id).Count);
        });
    }
}
