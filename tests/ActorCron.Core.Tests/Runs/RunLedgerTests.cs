using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Runs;

public class RunLedgerTests
{
    private static readonly RetryPolicy ThreeTries = new(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(15));

    private readonly Books _books = new();

    [Fact]
    public void Only_an_occurrence_that_is_not_newer_than_all_before_it_needs_a_look_into_the_history()
    {
        Assert.False(_books.Ledger.NeedsHistory(Spec(5)));
        var run = _books.Register(Spec(5));
        Assert.False(_books.Ledger.NeedsHistory(Spec(5))); // The books themselves have it.
        _books.Begin(run);
        _books.End(run);
        _books.Ledger.Forget(run);

        Assert.True(_books.Ledger.NeedsHistory(Spec(5)));
        Assert.True(_books.Ledger.NeedsHistory(Spec(4)));
        Assert.False(_books.Ledger.NeedsHistory(Spec(6)));
        Assert.False(_books.Ledger.NeedsHistory(Spec(5, schedule: "other")));
        Assert.True(_books.Ledger.NeedsHistory(Spec(6, trigger: RunTrigger.Backfill)));
        Assert.True(_books.Ledger.NeedsHistory(Spec(6, trigger: RunTrigger.Message)));
        // Whoever asks for a run by hand may ask again after it has ended: its answer was lost.
        Assert.True(_books.Ledger.NeedsHistory(Spec(5, trigger: RunTrigger.Manual)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_needs_the_history_is_known_after_a_restart_too(bool fromSnapshot)
    {
        _books.Register(Spec(5), missed: "too old");
        _books.Ledger.Forget(Spec(5).Id);

        _books.Restart(fromSnapshot);
        _books.Ledger.Forget(Spec(5).Id);

        Assert.True(_books.Ledger.NeedsHistory(Spec(5)));
    }

    [Fact]
    public void Runs_of_a_schedule_that_allows_it_run_side_by_side()
    {
        var first = _books.Register(Spec(1));
        var second = _books.Register(Spec(2));

        Assert.True(_books.Begin(first));
        Assert.True(_books.Begin(second));
    }

    // Waiting at the broker, running, waiting for a retry: the earlier run has not ended in any of them.
    [Theory]
    [InlineData(RunState.Dispatched)]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Retrying)]
    public void With_skip_a_run_is_skipped_while_an_earlier_one_has_not_ended(RunState earlier)
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Skip, retry: ThreeTries));
        if (earlier != RunState.Dispatched) _books.Begin(first);
        if (earlier == RunState.Retrying) _books.End(first, RunState.Failed);
        Assert.Equal(earlier, _books.StateOf(first));

        var second = _books.Register(Spec(2, OverlapPolicy.Skip));

        Assert.Equal(RunState.Skipped, _books.StateOf(second));
        Assert.Contains(first, _books[second].Run.Error, StringComparison.Ordinal);
        Assert.False(_books.Begin(second));
    }

    [Fact]
    public void With_skip_a_run_runs_once_the_earlier_one_has_ended()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Skip));
        _books.Begin(first);
        _books.End(first);

        Assert.True(_books.Begin(_books.Register(Spec(2, OverlapPolicy.Skip))));
    }

    [Fact]
    public void With_queue_one_run_waits_and_further_ones_are_skipped()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));
        var third = _books.Register(Spec(3, OverlapPolicy.Queue));

        Assert.True(_books[second].Held);
        Assert.False(_books[second].AwaitsPublishing);
        Assert.Equal(RunState.Skipped, _books.StateOf(third));
        Assert.Equal("one run is waiting already", _books[third].Run.Error);
        Assert.True(_books.Begin(first));
        Assert.False(_books.Begin(second));
    }

    // Only the end of a run releases the next one; its retries and the loss of its node do not.
    [Fact]
    public void A_held_run_is_released_by_the_end_of_the_earlier_one_and_not_by_its_retry_or_lost_node()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue, retry: ThreeTries));
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));
        _books.Begin(first);

        _books.End(first, RunState.Failed);
        Assert.True(_books[second].Held);
        _books.WaitForRetry(first);
        _books.Begin(first);
        _books.Lose(first);
        Assert.True(_books[second].Held);
        _books.Begin(first);
        _books.End(first);

        Assert.False(_books[second].Held);
        Assert.True(_books[second].AwaitsPublishing);
        Assert.True(_books.Begin(second));
    }

    [Theory]
    [InlineData(RunState.Dispatched)]
    [InlineData(RunState.Retrying)]
    public void A_held_run_is_released_when_the_earlier_one_is_cancelled(RunState earlier)
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue, retry: ThreeTries));
        if (earlier == RunState.Retrying)
        {
            _books.Begin(first);
            _books.End(first, RunState.Failed);
        }
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));

        _books.Cancel(first);

        Assert.Equal(RunState.Cancelled, _books.StateOf(first));
        Assert.True(_books.Begin(second));
    }

    [Fact]
    public void A_held_run_that_is_cancelled_makes_room_for_another_to_wait_and_releases_nobody()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        _books.Begin(first);
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));

        _books.Cancel(second);
        var third = _books.Register(Spec(3, OverlapPolicy.Queue));

        Assert.True(_books[third].Held);
        _books.End(first);
        Assert.False(_books[third].Held);
    }

    [Fact]
    public void A_held_run_is_released_when_the_earlier_one_is_buried()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));

        _books.Do(_books.Ledger.Bury(first, 1, "no such job type", _books.Now));

        Assert.Equal(RunState.Dead, _books.StateOf(first));
        Assert.True(_books.Begin(second));
    }

    [Fact]
    public void With_replace_a_waiting_run_is_cancelled_at_once_and_a_running_one_is_told_to_stop_first()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Replace));
        var second = _books.Register(Spec(2, OverlapPolicy.Replace));
        Assert.Equal(RunState.Cancelled, _books.StateOf(first));
        Assert.Equal($"replaced by {second}", _books[first].Run.Error);
        Assert.False(_books[second].Held);

        _books.Begin(second);
        var third = _books.Register(Spec(3, OverlapPolicy.Replace));
        Assert.Equal($"replaced by {third}", _books[second].CancelReason);
        Assert.False(_books.Begin(third));

        _books.End(second, RunState.Failed);
        Assert.Equal(RunState.Cancelled, _books.StateOf(second));
        Assert.True(_books.Begin(third));
    }

    [Fact]
    public void With_replace_the_newest_run_replaces_one_that_still_waits_for_the_running_one()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Replace));
        _books.Begin(first);
        var second = _books.Register(Spec(2, OverlapPolicy.Replace));
        var third = _books.Register(Spec(3, OverlapPolicy.Replace));

        Assert.Equal(RunState.Cancelled, _books.StateOf(second));
        Assert.True(_books[third].Held);
        _books.End(first, RunState.Cancelled);
        Assert.True(_books.Begin(third));
    }

    // An operator who asks for a range wants all of it.
    [Theory]
    [InlineData(OverlapPolicy.Skip)]
    [InlineData(OverlapPolicy.Queue)]
    [InlineData(OverlapPolicy.Replace)]
    public void Backfill_runs_wait_in_line_and_run_one_by_one_oldest_first(OverlapPolicy overlap)
    {
        var runs = Enumerable.Range(1, 5).Select(minute => _books.Register(Spec(minute, overlap, trigger: RunTrigger.Backfill))).ToList();
        Assert.Equal([false, true, true, true, true], runs.Select(run => _books[run].Held));

        for (var i = 0; i < runs.Count; i++)
        {
            Assert.Equal(i, runs.FindIndex(run => _books.Begin(run)));
            _books.End(runs[i], i % 2 == 0 ? RunState.Succeeded : RunState.Failed);
        }
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip)]
    [InlineData(OverlapPolicy.Queue)]
    [InlineData(OverlapPolicy.Replace)]
    public void A_live_occurrence_goes_before_the_backfill_that_waits_and_takes_nothing_from_it(OverlapPolicy overlap)
    {
        var backfill = Enumerable.Range(1, 3).Select(minute => _books.Register(Spec(minute, overlap, trigger: RunTrigger.Backfill))).ToList();
        _books.Begin(backfill[0]);

        var live = _books.Register(Spec(10, overlap));
        Assert.Equal((RunState.Dispatched, true), (_books.StateOf(live), _books[live].Held)); // Two runs never run at once.
        _books.End(backfill[0]);
        Assert.All(backfill[1..], run => Assert.False(_books.Begin(run)));
        _books.Execute(live);

        foreach (var run in backfill[1..]) _books.Execute(run);
        Assert.All(backfill, run => Assert.Equal(RunState.Succeeded, _books.StateOf(run)));
    }

    [Fact]
    public void A_run_that_replaces_one_that_has_not_begun_does_not_let_the_backfill_pass()
    {
        var older = _books.Register(Spec(10, OverlapPolicy.Replace));
        var backfill = _books.Register(Spec(1, OverlapPolicy.Replace, trigger: RunTrigger.Backfill));

        var newer = _books.Register(Spec(11, OverlapPolicy.Replace));

        Assert.Equal(RunState.Cancelled, _books.StateOf(older));
        Assert.True(_books[backfill].Held);
        _books.Execute(newer);
        _books.Execute(backfill);
    }

    [Fact]
    public void A_failed_attempt_is_tried_again_after_a_wait_that_grows_up_to_its_cap()
    {
        var run = _books.Register(Spec(1, retry: new RetryPolicy(5, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(30))));
        var waits = new List<double>();
        while (true)
        {
            _books.Begin(run);
            _books.End(run, waits.Count % 2 == 0 ? RunState.Failed : RunState.TimedOut);
            if (_books.StateOf(run) != RunState.Retrying) break;
            waits.Add((_books[run].Run.RetryAt!.Value - _books.Now).TotalSeconds);
            Assert.Empty(_books.Do(_books.Ledger.RetryDue(run, _books[run].Run.RetryAt!.Value.AddTicks(-1))));
            _books.WaitForRetry(run);
        }

        Assert.Equal(RunState.Failed, _books.StateOf(run));
        Assert.Equal(5, _books[run].Run.Attempt);
        Assert.Collection(waits, w => Assert.InRange(w, 9, 11), w => Assert.InRange(w, 18, 22), w => Assert.InRange(w, 27, 30), w => Assert.InRange(w, 27, 30));
    }

    [Fact]
    public void A_failure_that_no_retry_can_mend_is_not_tried_again()
    {
        var run = _books.Register(Spec(1, retry: ThreeTries));
        _books.Begin(run);

        _books.End(run, RunState.Failed, permanent: true);

        Assert.Equal(RunState.Failed, _books.StateOf(run));
    }

    [Fact]
    public void Lost_nodes_are_not_charged_to_the_retries()
    {
        var run = _books.Register(Spec(1, retry: ThreeTries));
        for (var i = 0; i < RunLedger.MaxNodeLosses; i++)
        {
            Assert.True(_books.Begin(run));
            _books.Lose(run, returned: i % 2 == 0);
            Assert.Equal(RunState.Dispatched, _books.StateOf(run));
        }

        Assert.Equal(0, _books[run].Failures);
        for (var failures = 1; failures <= 3; failures++)
        {
            _books.Begin(run);
            _books.End(run, RunState.Failed);
            Assert.Equal(failures < 3 ? RunState.Retrying : RunState.Failed, _books.StateOf(run));
            if (failures < 3) _books.WaitForRetry(run);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_stopping_nodes_give_back_is_never_given_up_for_it(bool fromSnapshot)
    {
        var run = _books.Register(Spec(1));
        for (var i = 0; i < 2 * RunLedger.MaxNodeLosses; i++)
        {
            Assert.True(_books.Begin(run));
            _books.Lose(run, returned: true);
        }
        _books.Restart(fromSnapshot);

        Assert.Equal((RunState.Dispatched, 0), (_books.StateOf(run), _books[run].Losses));
        _books.Begin(run);
        _books.Lose(run);
        Assert.Equal((RunState.Dispatched, 1), (_books.StateOf(run), _books[run].Losses));
    }

    [Fact]
    public void A_run_that_takes_its_nodes_down_is_given_up_and_frees_its_schedule()
    {
        var run = _books.Register(Spec(1, OverlapPolicy.Queue));
        var next = _books.Register(Spec(2, OverlapPolicy.Queue));
        var losses = 0;
        while (_books.Begin(run))
        {
            _books.Lose(run);
            losses++;
        }

        Assert.Equal(RunLedger.MaxNodeLosses + 1, losses);
        Assert.Equal(RunState.Dead, _books.StateOf(run));
        Assert.Equal($"given up after {losses} attempts: node lost", _books[run].Run.Error);
        Assert.False(_books[next].Held);
    }

    [Fact]
    public void A_run_that_may_execute_once_only_ends_failed_when_its_node_is_lost_but_not_when_it_is_given_back()
    {
        var returned = _books.Register(Spec(1, execution: ExecutionGuarantee.AtMostOnce, retry: ThreeTries));
        var lost = _books.Register(Spec(2, execution: ExecutionGuarantee.AtMostOnce, retry: ThreeTries));
        _books.Begin(returned);
        _books.Begin(lost);

        _books.Lose(returned, returned: true);
        _books.Lose(lost);

        Assert.Equal(RunState.Dispatched, _books.StateOf(returned));
        Assert.Equal((RunState.Failed, "node lost"), (_books.StateOf(lost), _books[lost].Run.Error));
    }

    // Its node stops before the job has ended: what it has done so far cannot be undone.
    [Theory]
    [InlineData(ExecutionGuarantee.AtMostOnce, true, RunState.Failed)]
    [InlineData(ExecutionGuarantee.AtMostOnce, false, RunState.Dispatched)]
    [InlineData(ExecutionGuarantee.AtLeastOnce, true, RunState.Dispatched)]
    public void What_a_stopping_node_gives_back_is_tried_again_unless_it_had_begun_and_may_execute_once_only(ExecutionGuarantee execution, bool begun, RunState expected)
    {
        var run = _books.Register(Spec(1, execution: execution, retry: ThreeTries));
        _books.Begin(run);

        _books.Do(_books.Ledger.Return(run, 1, begun, _books.Now));

        Assert.Equal(expected, _books.StateOf(run));
        Assert.Equal(expected == RunState.Failed ? "node lost" : "given back by a stopping node", _books[run].Run.Error);
    }

    [Fact]
    public void A_running_run_ends_cancelled_however_its_attempt_ends_unless_it_succeeded_all_the_same()
    {
        string Cancelled(int minute, Action<string> end)
        {
            var run = _books.Register(Spec(minute, retry: ThreeTries));
            _books.Begin(run);
            Assert.IsType<RunEvent.CancelRequested>(Assert.Single(_books.Cancel(run)));
            Assert.Empty(_books.Cancel(run));
            end(run);
            return run;
        }

        var failed = Cancelled(1, run => _books.End(run, RunState.Failed));
        var lost = Cancelled(2, run => _books.Lose(run));
        var succeeded = Cancelled(3, run => _books.End(run));

        Assert.Equal((RunState.Cancelled, "cancelled by hand"), (_books.StateOf(failed), _books[failed].Run.Error));
        Assert.Equal((RunState.Cancelled, "cancelled by hand"), (_books.StateOf(lost), _books[lost].Run.Error));
        Assert.Equal(RunState.Succeeded, _books.StateOf(succeeded));
    }

    [Fact]
    public void Nothing_cancels_a_run_that_has_ended()
    {
        var run = _books.Register(Spec(1));
        _books.Begin(run);
        _books.End(run);

        Assert.Empty(_books.Cancel(run));
        Assert.Empty(_books.Do(_books.Ledger.Cancel("unknown", "x", _books.Now)));
    }

    [Fact]
    public void Results_offers_and_confirms_of_an_attempt_that_is_not_the_current_one_change_nothing()
    {
        var run = _books.Register(Spec(1));
        _books.Begin(run);
        _books.Lose(run);
        var ledger = _books.Ledger;

        Assert.Empty(ledger.Start(run, 1, "n", 1, "o", _books.Now));
        Assert.Empty(ledger.Publish(run, 1, _books.Now));
        Assert.Empty(ledger.Redispatch(run, 1, _books.Now));
        Assert.Empty(ledger.Bury(run, 1, "x", _books.Now));
        Assert.Empty(ledger.End(run, 2, new AttemptResult(RunState.Succeeded), _books.Now)); // It does not run yet.
        _books.Begin(run);
        Assert.Empty(ledger.Start(run, 2, "n", 1, "o", _books.Now));
        Assert.Empty(ledger.End(run, 1, new AttemptResult(RunState.Succeeded), _books.Now));
        Assert.Empty(ledger.Lose(run, 1, "late news", false, _books.Now));
        Assert.Empty(ledger.End("unknown", 1, new AttemptResult(RunState.Succeeded), _books.Now));
        Assert.Equal(RunState.Running, _books.StateOf(run));
    }

    [Fact]
    public void A_message_lost_at_the_broker_is_handed_over_again_as_the_same_attempt()
    {
        var run = _books.Register(Spec(1));
        Assert.Empty(_books.Ledger.Redispatch(run, 1, _books.Now)); // Not there yet.
        _books.Do(_books.Ledger.Publish(run, 1, _books.Now));
        Assert.False(_books[run].AwaitsPublishing);

        _books.Do(_books.Ledger.Redispatch(run, 1, _books.Now));

        Assert.True(_books[run].AwaitsPublishing);
        Assert.Equal(1, _books[run].Run.Attempt);
    }

    [Fact]
    public void A_revived_run_gets_one_more_attempt_with_its_full_retries()
    {
        var run = _books.Register(Spec(1, retry: ThreeTries));
        _books.Begin(run);
        _books.End(run, RunState.Failed, permanent: true);
        var ended = _books[run].Run;
        _books.Ledger.Forget(run);
        Assert.False(_books.Ledger.TryGet(run, out _));

        _books.Do(_books.Ledger.Revive(ended, _books.Now));

        Assert.Equal((RunState.Dispatched, 2, 0), (_books.StateOf(run), _books[run].Run.Attempt, _books[run].Failures));
        Assert.True(_books[run].Run.Fence > ended.Fence);
        Assert.True(_books[run].Run.Revision > ended.Revision);
        Assert.True(_books.Begin(run));
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip)]
    [InlineData(OverlapPolicy.Queue)]
    [InlineData(OverlapPolicy.Replace)]
    public void A_revived_run_waits_for_the_one_that_runs_where_they_must_not_overlap(OverlapPolicy overlap)
    {
        var old = _books.Register(Spec(1, overlap));
        _books.Begin(old);
        _books.End(old, RunState.Failed);
        var current = _books.Register(Spec(2, overlap));
        _books.Begin(current);

        _books.Do(_books.Ledger.Revive(_books[old].Run, _books.Now));

        Assert.False(_books.Begin(old));
        _books.End(current);
        Assert.True(_books.Begin(old));
    }

    // Failed attempts from before the retry by hand are no lost nodes.
    [Fact]
    public void A_run_with_many_failed_attempts_that_is_revived_survives_the_loss_of_its_node()
    {
        var run = _books.Register(Spec(1, retry: new RetryPolicy(30, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1))));
        for (var attempt = 1; attempt <= 30; attempt++)
        {
            _books.Begin(run);
            _books.End(run, RunState.Failed);
            if (attempt < 30) _books.WaitForRetry(run);
        }
        _books.Do(_books.Ledger.Revive(_books[run].Run, _books.Now));
        _books.Begin(run);

        _books.Lose(run);

        Assert.Equal(RunState.Dispatched, _books.StateOf(run));
    }

    // The table of runs reuses the places of those that left; the order of turns must not follow it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Runs_in_line_keep_their_turns_through_a_restart(bool fromSnapshot)
    {
        var done = Enumerable.Range(1, 3).Select(minute => _books.Register(Spec(minute, schedule: "done"))).ToList();
        foreach (var run in done)
        {
            _books.Begin(run);
            _books.End(run);
        }
        var line = new List<string> { _books.Register(Spec(10, OverlapPolicy.Skip, trigger: RunTrigger.Backfill)) };
        foreach (var run in done) _books.Ledger.Forget(run);
        line.AddRange(Enumerable.Range(11, 5).Select(minute => _books.Register(Spec(minute, OverlapPolicy.Skip, trigger: RunTrigger.Backfill))));

        _books.Restart(fromSnapshot);

        Assert.Equal(line, _books.Ledger.ActiveOf("s").Select(run => run.Run.Spec.Id));
    }

    [Fact]
    public void An_unfinished_run_is_never_taken_off_the_books()
    {
        var run = _books.Register(Spec(1));

        _books.Ledger.Forget(run);

        Assert.True(_books.Ledger.TryGet(run, out _));
    }

    [Fact]
    public void A_run_is_dispatched_when_the_broker_confirms_it_or_once_it_is_on_record_where_the_broker_is_embedded()
    {
        var embedded = new Books(recordedIsDispatched: true);

        Assert.Null(_books[_books.Register(Spec(1))].Run.Dispatched);
        Assert.Equal(embedded.Now, embedded[embedded.Register(Spec(1))].Run.Dispatched);
    }
}
