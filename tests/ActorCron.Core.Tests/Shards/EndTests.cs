using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>How attempts end, whatever is lost on the way.</summary>
public class EndTests
{
    private static readonly RetryPolicy ThreeTries = new(3, TimeSpan.FromSeconds(10), 1, TimeSpan.FromSeconds(10));

    private readonly ShardBench _bench = new();

    [Fact]
    public void A_cancelled_run_of_a_program_outside_has_ended_with_the_answer_to_the_cancel()
    {
        var run = _bench.Register(Spec(1, OverlapPolicy.Queue));
        var next = _bench.Register(Spec(2, OverlapPolicy.Queue));
        _bench.Tell(new ReportExternal(ShardBench.Shard, run, 1, false, new AttemptResult(RunState.Succeeded), "outside"),
            ShardBench.Asker);
        Assert.Equal(RunState.Running, _bench.StateOf(run));

        _bench.Tell(new CancelRun(ShardBench.Shard, run, "by hand"), ShardBench.Asker);

        Assert.Equal(RunState.Cancelled, _bench.Told<RunCommandAnswer>().Single().Run!.State);
        Assert.False(_bench[next].Held);
    }

    // A journal of 0.1.0 may end so: the end was to follow from a callback that a crash took.
    [Fact]
    public void A_run_of_a_program_outside_whose_cancel_alone_was_stored_ends_after_a_restart()
    {
        var run = _bench.Register(Spec(1));
        _bench.Tell(new ReportExternal(ShardBench.Shard, run, 1, false, new AttemptResult(RunState.Succeeded), "outside"),
            ShardBench.Asker);
        _bench.Journal.Add(new RunEvent.CancelRequested(run, _bench.Utc, "by hand"));

        _bench.Restart();

        Assert.Equal((RunState.Cancelled, "by hand"), (_bench.StateOf(run), _bench[run].Run.Error));
    }

    [Fact]
    public void A_worker_is_told_to_cancel_again_at_each_sweep_and_after_a_restart()
    {
        var run = _bench.Register(Spec(1));
        _bench.Offer(run);
        _bench.Tell(new CancelRun(ShardBench.Shard, run, "by hand"), ShardBench.Asker);
        Assert.Single(_bench.ToldWorkers<CancelAttempt>());

        Assert.Single(_bench.Sweep(2).ToldWorkers<CancelAttempt>());
        Assert.Single(_bench.Restart().ToldWorkers<CancelAttempt>());
    }

    [Fact]
    public void A_report_of_an_attempt_that_the_books_do_not_know_is_acknowledged_by_the_owner_alone()
    {
        var run = _bench.Register(Spec(1));
        _bench.Report(run);

        Assert.Single(_bench.Told<ReportStored>());
        Assert.True(_bench.MustWrite);
    }

    [Fact]
    public void The_same_offer_by_the_same_worker_is_answered_alike_and_by_another_process_it_is_declined()
    {
        var run = _bench.Register(Spec(1));
        _bench.Offer(run);

        Assert.Equal(1, _bench.Offer(run).Told<ExecuteRun>().Single().Attempt);
        Assert.Single(_bench.Offer(run, node: ShardBench.Node with { Uid = 8 }).Told<OfferDeclined>());
        Assert.True(_bench.MustWrite);
        Assert.Single(_bench.Report(run).Told<ReportStored>());
        Assert.Single(_bench.Offer(run).Told<OfferDeclined>());
    }

    // Cancel, end, node loss and time-out of one attempt, in every order.
    [Fact]
    public void An_attempt_ends_once_in_whatever_order_its_ends_come()
    {
        foreach (var order in Orders([0, 1, 2, 3]))
        {
            var bench = new ShardBench();
            var run = bench.Register(Spec(1));
            bench.Offer(run);
            foreach (var end in order)
            {
                var before = bench.StateOf(run);
                var attempt = bench[run].Run.Attempt;
                if (end == 0) bench.Tell(new CancelRun(ShardBench.Shard, run, "by hand"), ShardBench.Asker);
                else if (end == 1) bench.Report(run);
                else if (end == 2) bench.Members(ShardBench.Self);
                else bench.Report(run, RunState.TimedOut);
                if (before.IsFinished()) Assert.Equal((before, attempt), (bench.StateOf(run), bench[run].Run.Attempt));
                if (end == 0) Assert.Equal(bench.StateOf(run), bench.Told<RunCommandAnswer>().Single().Run!.State);
            }
            Assert.True(bench.StateOf(run).IsFinished(), string.Join(',', order));
            Assert.Single(bench.Journal.OfType<RunEvent.AttemptEnded>());
        }
    }

    private static IEnumerable<int[]> Orders(int[] left) =>
        left.Length == 0 ? [[]] : left.SelectMany(first => Orders([.. left.Except([first])]).Select(rest => (int[])[first, .. rest]));

    [Fact]
    public void A_retry_comes_after_its_wait_though_the_clock_was_set_back_meanwhile()
    {
        var run = _bench.Register(Spec(1, retry: ThreeTries));
        _bench.Offer(run).Report(run, RunState.Failed);
        _bench.Utc -= TimeSpan.FromHours(1);

        _bench.After(10, "retries");

        Assert.Equal((RunState.Dispatched, 2), (_bench.StateOf(run), _bench[run].Run.Attempt));
        Assert.Equal([run], _bench.HandedOver());
    }

    [Fact]
    public void A_retry_timer_that_is_early_late_or_lost_loses_no_retry()
    {
        var run = _bench.Register(Spec(1, retry: ThreeTries));
        _bench.Offer(run).Report(run, RunState.Failed).After(1, "retries");
        Assert.Equal(RunState.Retrying, _bench.StateOf(run));

        _bench.Sweep();
        Assert.Equal(2, _bench[run].Run.Attempt);
        _bench.After(1, "retries");
        Assert.Equal(2, _bench[run].Run.Attempt);
    }

    [Fact]
    public void Retries_are_known_after_a_restart_and_one_that_was_cancelled_does_not_come()
    {
        var (cancelled, other) = (_bench.Register(Spec(1, retry: ThreeTries)), _bench.Register(Spec(2, retry: ThreeTries)));
        foreach (var run in (string[])[cancelled, other]) _bench.Offer(run).Report(run, RunState.Failed);
        _bench.Tell(new CancelRun(ShardBench.Shard, cancelled, "by hand"), ShardBench.Asker);

        _bench.Restart().After(10, "retries");

        Assert.Equal((RunState.Cancelled, RunState.Dispatched), (_bench.StateOf(cancelled), _bench.StateOf(other)));
    }

    [Fact]
    public void An_ended_run_is_given_to_the_history_again_until_it_is_written()
    {
        var run = _bench.Register(Spec(1));
        _bench.Execute(run);
        _bench.History.Clear();

        _bench.Sweep(6);

        Assert.Equal(RunState.Succeeded, _bench.History[run].State);
        _bench.Written();
        Assert.Equal(0, _bench.Machine.Ledger.Count);
    }
}
