using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;

namespace ActorCron.Core.Tests.Shards;

public class HistoryQueueTests
{
    private static readonly Address Shard = new("shard");

    private readonly HistoryQueue _queue = new(new HistoryQueueSettings(16, TimeSpan.FromSeconds(1)));
    private readonly Decision<NoEvent> _decision = new();
    private Upsert? _writing;

    private List<string> Step(object message, Address? from = null)
    {
        _decision.Clear();
        _queue.Step(message, from ?? Shard, default, _decision);
        var upsert = _decision.Effects.OfType<Upsert>().SingleOrDefault();
        if (upsert is not null) _writing = upsert;
        return upsert is null ? [] : [.. upsert.Runs.Select(run => $"{run.Spec.Id}#{run.Revision}")];
    }

    private List<string> Write(params Run[] runs) => Step(new WriteRuns([.. runs]));
    private List<string> Done() => Step(new Upserted(_writing!.Number));
    private List<(Address To, HistoryWritten Written)> Told() =>
        [.. _decision.Effects.OfType<Effect.Send>().Select(send => (send.To, (HistoryWritten)send.Message))];

    private static Run Of(string id, RunState state, long revision) => new()
    {
        Spec = new RunSpec { Id = id, User = "rob", Queue = "default", ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual,
            Job = new JobSpec("noop", "{}") },
        State = state,
        Revision = revision,
    };

    [Fact]
    public void A_record_that_nothing_is_ahead_of_is_written_at_once_and_its_shard_is_told()
    {
        Assert.Equal(["a#3"], Write(Of("a", RunState.Succeeded, 3)));
        Done();

        Assert.Equal(new WrittenRun("a", 3), Told().Single().Written.Runs.Single());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Of_a_run_only_the_newest_record_is_written_and_ended_runs_come_before_others()
    {
        Write(Of("first", RunState.Running, 1));
        Write(Of("a", RunState.Dispatched, 1), Of("b", RunState.Dispatched, 1), Of("c", RunState.Dispatched, 1));
        Write(Of("a", RunState.Running, 2), Of("c", RunState.Running, 2));
        Assert.Empty(Write(Of("c", RunState.Succeeded, 3), Of("a", RunState.Dispatched, 1)));

        Assert.Equal(["c#3", "a#2", "b#1"], Done());
    }

    [Fact]
    public void What_has_not_ended_has_a_part_of_each_batch()
    {
        Write(Of("first", RunState.Running, 1));
        Write([.. Enumerable.Range(0, 40).Select(i => Of($"ended-{i}", RunState.Failed, 2)),
            .. Enumerable.Range(0, 40).Select(i => Of($"under-way-{i}", RunState.Running, 2))]);

        Assert.Equal(2, Done().Count(record => record.StartsWith("under-way", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_history_did_not_take_is_written_again_unless_something_newer_has_come()
    {
        Write(Of("a", RunState.Running, 2), Of("b", RunState.Running, 2));
        Write(Of("a", RunState.Succeeded, 3));

        Assert.Empty(Step(new UpsertFailed(_writing!.Number, "disk full")));
        Assert.Contains(_decision.AtOnce, effect => effect is Effect.Arm { After.TotalSeconds: 1 });
        Assert.Empty(Write(Of("c", RunState.Running, 1)));
        Assert.Equal(["a#3", "b#2", "c#1"], Step(new Due("again")).Order());
    }

    [Fact]
    public void An_answer_to_another_write_than_the_one_under_way_is_passed_over()
    {
        Write(Of("a", RunState.Running, 2));
        Step(new Upserted(_writing!.Number + 1));
        Step(new UpsertFailed(_writing!.Number - 1, "late"));

        Assert.Empty(Told());
        Assert.Empty(Write(Of("b", RunState.Running, 2)));
        Assert.Equal(["b#2"], Done());
        Step(new Upserted(1));
        Assert.Empty(Told());
    }

    // The shard has moved off and back, or was started again: the one before does not listen any more.
    [Fact]
    public void Of_two_shards_that_give_the_same_record_the_later_is_told()
    {
        var later = new Address("the shard, started again");
        Write(Of("first", RunState.Running, 1));
        Write(Of("a", RunState.Succeeded, 3), Of("b", RunState.Succeeded, 3));
        Step(new WriteRuns([Of("a", RunState.Succeeded, 3), Of("b", RunState.Succeeded, 2)]), later);

        Done();
        Done();

        Assert.Equal((later, 2), (Told().Single().To, Told().Single().Written.Runs.Length));
    }
}
