using System.Text.Json;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Tests.Runs;

namespace ActorCron.Core.Tests.Batches;

public class BatchLedgerTests
{
    private const string Plain = """{"split":{"type":"list"},"map":"work","reduce":{"type":"sum","params":{"unit":"kg"}}}""";

    private readonly Books _books = new();

    [Fact]
    public void A_batch_splits_then_maps_then_reduces()
    {
        var id = Register(Plain);

        Assert.Equal(RunState.Running, _books.StateOf(id));
        Assert.False(_books[id].AwaitsPublishing);
        Assert.Equal(new JobSpec("list", "{}"), _books[$"{id}/split"].Run.Spec.Job);
        _books.Execute($"{id}/split", """[1, {"a":true}, "x"]""");
        Assert.Equal(new BatchProgress(BatchRole.Map, 3, 0, 0), _books[id].Run.Batch);
        Assert.Equal(["""{"item":1}""", """{"a":true}""", """{"item":"x"}"""], Enumerable.Range(0, 3).Select(i => _books[$"{id}/map/{i}"].Run.Spec.Job.Params));
        for (var i = 2; i >= 0; i--) _books.Execute($"{id}/map/{i}", $"{i * i}\n");
        Assert.Equal(new BatchProgress(BatchRole.Reduce, 3, 3, 0), _books[id].Run.Batch);
        var (job, own) = _books.Ledger.OrderOf(_books[$"{id}/reduce"]);
        Assert.Equal("""{"unit":"kg"}""", own);
        Assert.Equal("""{"unit":"kg","items":3,"succeeded":3,"failed":0,"results":[{"index":0,"state":"succeeded","output":"0"},{"index":1,"state":"succeeded","output":"1"},{"index":2,"state":"succeeded","output":"4"}]}""", job.Params);
        _books.Execute($"{id}/reduce", "5\n");

        Assert.Equal((RunState.Succeeded, "5\n", null), (_books.StateOf(id), _books[id].Run.Output, _books[id].Run.Error));
    }

    [Fact]
    public void The_runs_of_a_batch_inherit_its_policies_and_know_their_place()
    {
        var spec = Spec(Plain) with { Queue = "q", Priority = 7, Timeout = TimeSpan.FromSeconds(9), Execution = ExecutionGuarantee.AtMostOnce, Retry = new RetryPolicy(3, TimeSpan.Zero, 1, TimeSpan.Zero) };
        var id = _books.Register(spec);

        Assert.Equal(spec with { Id = $"{id}/split", Job = new JobSpec("list", "{}"), Batch = new BatchPart(id, BatchRole.Split) }, _books[$"{id}/split"].Run.Spec);
        Assert.Equal(id, _books[$"{id}/split"].Run.Spec.Series);
        Assert.Equal("s", _books[id].Run.Spec.Series);
    }

    [Fact]
    public void Without_items_the_reduce_gets_no_results()
    {
        var id = Register(Plain);

        _books.Execute($"{id}/split", " [ ] ");

        Assert.EndsWith("""{"unit":"kg","items":0,"succeeded":0,"failed":0,"results":[]}""", _books.Ledger.OrderOf(_books[$"{id}/reduce"]).Job.Params, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_reduce_the_batch_ends_with_its_last_item()
    {
        var id = Register("""{"split":{"type":"list"},"map":"work"}""");
        _books.Execute($"{id}/split", "[1,2]");
        _books.Execute($"{id}/map/0");
        Assert.Equal(RunState.Running, _books.StateOf(id));

        _books.Execute($"{id}/map/1");

        Assert.Equal(RunState.Succeeded, _books.StateOf(id));
    }

    [Theory]
    [InlineData("", "printed nothing")]
    [InlineData("{\"a\":1}", "must be a JSON array, not an object")]
    [InlineData("hello", "is not a JSON array: it is not valid JSON at line 1")]
    [InlineData("[1,2", "is not a JSON array")]
    [InlineData("[{\"a\":1,\"a\":2}]", "item 0 of the split's output gives \"a\" twice")]
    [InlineData("[1] [2]", "is not a JSON array")]
    public void A_split_whose_output_is_no_array_has_failed_and_with_it_the_batch(string output, string why)
    {
        var id = Register(Plain);

        _books.Execute($"{id}/split", output);

        Assert.Equal(RunState.Failed, _books.StateOf($"{id}/split"));
        Assert.Equal(RunState.Failed, _books.StateOf(id));
        Assert.StartsWith("split: ", _books[id].Run.Error, StringComparison.Ordinal);
        Assert.Contains(why, _books[id].Run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_split_prints_before_its_array_is_passed_over()
    {
        var id = Register(Plain);

        _books.Execute($"{id}/split", "warning: slow disk\n[1,2]\n");

        Assert.Equal(2, _books[id].Run.Batch!.Items);
    }

    [Fact]
    public void A_hundred_thousand_items_are_allowed_and_one_more_is_refused()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(100_000));
        Assert.Equal(100_000, _books[id].Run.Batch!.Items);

        var other = Register(Plain, minute: 1);
        _books.Execute($"{other}/split", Numbers(100_001));

        Assert.Equal(RunState.Failed, _books.StateOf(other));
        Assert.Equal("split: the split gave 100001 items; at most 100000 are allowed", _books[other].Run.Error);
    }

    [Fact]
    public void Of_many_items_a_thousand_are_open_at_a_time()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(5000));
        var most = 0;
        for (var i = 0; i < 5000; i++)
        {
            most = Math.Max(most, _books.Ledger.Runs.Count(run => run.Run.Spec.Batch is not null && !run.Run.State.IsFinished()));
            _books.Execute($"{id}/map/{i}", $"{i}");
            _books.Forget($"{id}/map/{i}");
        }

        Assert.Equal(1000, most);
        using var parameters = JsonDocument.Parse(_books.Ledger.OrderOf(_books[$"{id}/reduce"]).Job.Params);
        Assert.Equal(4999 * 5000 / 2, parameters.RootElement.GetProperty("results").EnumerateArray().Sum(result => int.Parse(result.GetProperty("output").GetString()!)));
    }

    [Fact]
    public void While_the_history_takes_nothing_no_more_items_are_begun_than_the_books_can_hold()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(50_000));
        var ended = 0;
        while (_books.Ledger.TryGet($"{id}/map/{ended}", out _)) _books.Execute($"{id}/map/{ended++}");
        Assert.InRange(ended, 3000, 4000);

        for (var i = 0; i < ended; i++) _books.Forget($"{id}/map/{i}");

        Assert.True(_books.Begin($"{id}/map/{ended}"));
    }

    [Fact]
    public void By_default_one_failed_item_fails_the_batch_once_all_have_ended()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", "[1,2,3]");
        _books.Execute($"{id}/map/1", state: RunState.Failed, error: "exit code 4");
        _books.Execute($"{id}/map/0");
        Assert.Equal(RunState.Running, _books.StateOf(id));

        _books.Execute($"{id}/map/2");

        Assert.Equal((RunState.Failed, "1 of 3 items did not succeed: 1 (exit code 4)"), (_books.StateOf(id), _books[id].Run.Error));
        Assert.False(_books.Ledger.TryGet($"{id}/reduce", out _));
    }

    [Fact]
    public void Failures_that_are_tolerated_reach_the_reduce()
    {
        var id = Register("""{"split":{"type":"list"},"map":"work","reduce":{"type":"sum"},"toleratedFailures":1}""");
        _books.Execute($"{id}/split", "[1,2]");
        _books.Execute($"{id}/map/0", "partly", RunState.Failed, "exit code 4");
        _books.Execute($"{id}/map/1", "2");

        Assert.Equal("""{"items":2,"succeeded":1,"failed":1,"results":[{"index":0,"state":"failed","error":"exit code 4","output":"partly"},{"index":1,"state":"succeeded","output":"2"}]}""",
            _books.Ledger.OrderOf(_books[$"{id}/reduce"]).Job.Params);
        _books.Execute($"{id}/reduce");
        Assert.Equal(RunState.Succeeded, _books.StateOf(id));
    }

    [Fact]
    public void Stop_cancels_what_is_open_and_begins_nothing_more()
    {
        var id = Register("""{"split":{"type":"list"},"map":"work","reduce":{"type":"sum"},"onItemFailure":"stop"}""");
        _books.Execute($"{id}/split", Numbers(3000));
        Assert.True(_books.Begin($"{id}/map/5"));
        _books.Execute($"{id}/map/7", state: RunState.Failed, error: "no");

        Assert.NotNull(_books[$"{id}/map/5"].CancelReason);
        Assert.Equal(RunState.Cancelled, _books.StateOf($"{id}/map/6"));
        Assert.Equal(RunState.Running, _books.StateOf(id));
        _books.End($"{id}/map/5", RunState.Cancelled);

        Assert.Equal(RunState.Failed, _books.StateOf(id));
        Assert.StartsWith("1000 of 3000 items did not succeed: 7 (no), 0 (the batch stops", _books[id].Run.Error, StringComparison.Ordinal);
        Assert.False(_books.Ledger.TryGet($"{id}/map/1000", out _));
    }

    [Fact]
    public void Continue_reduces_whatever_the_items_became()
    {
        var id = Register("""{"split":{"type":"list"},"map":"work","reduce":{"type":"sum"},"onItemFailure":"continue"}""");
        _books.Execute($"{id}/split", "[1,2]");
        _books.Execute($"{id}/map/0", state: RunState.TimedOut, error: "slow");
        _books.Execute($"{id}/map/1", state: RunState.Failed, error: "no");

        _books.Execute($"{id}/reduce", state: RunState.Failed, error: "nothing to add");

        Assert.Equal((RunState.Failed, "reduce: nothing to add"), (_books.StateOf(id), _books[id].Run.Error));
    }

    [Fact]
    public void Cancelling_a_batch_cancels_its_runs_and_waits_for_those_that_execute()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(2000));
        Assert.True(_books.Begin($"{id}/map/0"));

        _books.Cancel(id);

        Assert.NotNull(_books[$"{id}/map/0"].CancelReason);
        Assert.Equal(RunState.Cancelled, _books.StateOf($"{id}/map/999"));
        Assert.Equal(RunState.Running, _books.StateOf(id));
        _books.End($"{id}/map/0", RunState.Cancelled);
        Assert.Equal((RunState.Cancelled, "cancelled by hand"), (_books.StateOf(id), _books[id].Run.Error));
        Assert.False(_books.Ledger.TryGet($"{id}/map/1000", out _));
    }

    [Fact]
    public void A_failed_item_is_tried_again_as_the_schedule_says()
    {
        var id = _books.Register(Spec(Plain) with { Retry = new RetryPolicy(2, TimeSpan.FromSeconds(10), 1, TimeSpan.FromSeconds(10)) });
        _books.Execute($"{id}/split", "[1]");
        _books.Execute($"{id}/map/0", state: RunState.Failed);
        Assert.Equal(RunState.Retrying, _books.StateOf($"{id}/map/0"));

        _books.WaitForRetry($"{id}/map/0");
        _books.Execute($"{id}/map/0");

        Assert.Equal(1, _books[id].Run.Batch!.Succeeded);
    }

    [Fact]
    public void A_lost_node_costs_an_item_an_attempt_or_the_item_where_it_may_run_once_only()
    {
        var twice = Register(Plain);
        var once = _books.Register(Spec(Plain, minute: 1) with { Execution = ExecutionGuarantee.AtMostOnce });
        foreach (var id in (string[])[twice, once])
        {
            _books.Execute($"{id}/split", "[1]");
            _books.Begin($"{id}/map/0");
            _books.Lose($"{id}/map/0");
        }

        Assert.Equal(2, _books[$"{twice}/map/0"].Run.Attempt);
        Assert.Equal((RunState.Failed, "1 of 1 items did not succeed: 0 (node lost)"), (_books.StateOf(once), _books[once].Run.Error));
    }

    [Fact]
    public void A_batch_that_runs_overlaps_and_its_runs_do_not()
    {
        var id = _books.Register(Spec(Plain) with { Overlap = OverlapPolicy.Queue });
        _books.Execute($"{id}/split", "[1,2]");
        var next = _books.Register(Spec(Plain, minute: 1) with { Overlap = OverlapPolicy.Queue });
        Assert.True(_books[next].Held);
        Assert.Single(_books.Ledger.ActiveOf("s"), run => !run.Held);
        _books.Execute($"{id}/map/0");
        _books.Execute($"{id}/map/1");
        Assert.True(_books[next].Held);

        _books.Execute($"{id}/reduce");

        Assert.Equal(RunState.Running, _books.StateOf(next));
        Assert.Equal(RunState.Dispatched, _books.StateOf($"{next}/split"));
    }

    [Fact]
    public void A_replaced_batch_is_cancelled_before_the_next_begins()
    {
        var id = _books.Register(Spec(Plain) with { Overlap = OverlapPolicy.Replace });
        _books.Execute($"{id}/split", "[1,2]");
        _books.Begin($"{id}/map/0");
        var next = _books.Register(Spec(Plain, minute: 1) with { Overlap = OverlapPolicy.Replace });
        Assert.True(_books[next].Held);

        _books.End($"{id}/map/0", RunState.Cancelled);

        Assert.Equal(RunState.Cancelled, _books.StateOf(id));
        Assert.Equal(RunState.Running, _books.StateOf(next));
    }

    [Fact]
    public void A_batch_retried_by_hand_does_everything_anew_under_new_ids()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", "nonsense");

        _books.Do(_books.Ledger.Revive(_books[id].Run, _books.Now));

        Assert.Equal((RunState.Running, 2, null), (_books.StateOf(id), _books[id].Run.Attempt, _books[id].Run.Batch!.Items));
        _books.Execute($"{id}/attempt-2/split", "[1]");
        _books.Execute($"{id}/attempt-2/map/0", "1");
        _books.Execute($"{id}/attempt-2/reduce", "1");
        Assert.Equal(RunState.Succeeded, _books.StateOf(id));
    }

    [Fact]
    public void Nobody_but_its_own_runs_ends_a_batch()
    {
        var id = Register(Plain);

        Assert.Empty(_books.Ledger.Start(id, 1, "n:1", 1, "o", _books.Now));
        Assert.Empty(_books.Ledger.End(id, 1, new AttemptResult(RunState.Succeeded), _books.Now));
        Assert.Empty(_books.Ledger.Lose(id, 1, "node lost", returned: false, _books.Now));
        Assert.Empty(_books.Ledger.Bury(id, 1, "unknown", _books.Now));
    }

    [Fact]
    public void An_item_cannot_change_what_the_owner_of_the_schedule_wrote()
    {
        var id = Register("""{"split":{"type":"list"},"map":{"type":"shell","params":{"command":"cat"}}}""");
        _books.Execute($"{id}/split", """[{"command":"rm -rf /","n":1}]""");

        var (job, own) = _books.Ledger.OrderOf(_books[$"{id}/map/0"]);

        Assert.Equal("""{"command":"cat","n":1}""", job.Params);
        Assert.Equal("""{"command":"cat"}""", own);
    }

    [Fact]
    public void Outputs_are_kept_to_the_same_share_for_each_item()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(1000));
        for (var i = 0; i < 1000; i++) _books.Execute($"{id}/map/{i}", new string('"', 60_000));

        var parameters = _books.Ledger.OrderOf(_books[$"{id}/reduce"]).Job.Params;

        Assert.InRange(parameters.Length, 7_000_000, 9_000_000);
        using var document = JsonDocument.Parse(parameters);
        Assert.All(document.RootElement.GetProperty("results").EnumerateArray(), result => Assert.True(result.GetProperty("cut").GetBoolean()));
    }

    [Fact]
    public void A_snapshot_in_the_middle_changes_nothing()
    {
        var id = Register(Plain);
        _books.Execute($"{id}/split", Numbers(2500));
        for (var i = 0; i < 2500; i++)
        {
            if (i % 400 == 0) _books.Restart(fromSnapshot: true);
            _books.Execute($"{id}/map/{i}", $"{i}", i % 500 == 3 ? RunState.Failed : RunState.Succeeded);
        }

        Assert.Equal(new BatchProgress(BatchRole.Map, 2500, 2495, 5), _books[id].Run.Batch);
        Assert.StartsWith("5 of 2500 items did not succeed: 3 (broke), 503 (broke)", _books[id].Run.Error, StringComparison.Ordinal);
    }

    private string Register(string parameters, int minute = 0) => _books.Register(Spec(parameters, minute));

    private static RunSpec Spec(string parameters, int minute = 0) => Books.Spec(minute) with { Job = new JobSpec(BatchJob.Type, parameters) };

    private static string Numbers(int count) => $"[{string.Join(',', Enumerable.Range(0, count))}]";
}
