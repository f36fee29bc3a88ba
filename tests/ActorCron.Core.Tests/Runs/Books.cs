using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;

namespace ActorCron.Core.Tests.Runs;

/// <summary>A ledger as a shard keeps it: what it decides is applied at once. The clock is turned by hand.</summary>
internal sealed class Books(bool recordedIsDispatched = false)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private int _offers;

    public RunLedger Ledger { get; private set; } = new(recordedIsDispatched);
    public DateTimeOffset Now { get; private set; } = Start;
    public List<RunEvent> Journal { get; } = [];

    public void Pass(TimeSpan time) => Now += time;

    public LedgerRun this[string id] => Ledger[id];

    public IReadOnlyList<RunEvent> Do(IEnumerable<RunEvent> decided, params string?[] batches)
    {
        var events = Decisions.Apply(Ledger, decided, Now, batches);
        Journal.AddRange(events);
        return events;
    }

    public string Register(RunSpec spec, string? missed = null)
    {
        Do(Ledger.Register(spec, missed, Now));
        return spec.Id;
    }

    /// <summary>Has the history take what has ended.</summary>
    public void Forget(string id)
    {
        Do([], Ledger.Forget(id));
    }

    public bool Begin(string id, string node = "n1:1") =>
        Do(Ledger.Start(id, this[id].Run.Attempt, node, 1, $"offer-{++_offers}", Now)).Count > 0;

    public IReadOnlyList<RunEvent> End(string id, RunState state = RunState.Succeeded, bool permanent = false, string? error = null, string? output = null) =>
        Do(Ledger.End(id, this[id].Run.Attempt, new AttemptResult(state, Output: output, Error: error ?? (state == RunState.Succeeded ? null : "broke"), Permanent: permanent), Now));

    public IReadOnlyList<RunEvent> Lose(string id, bool returned = false) => Do(Ledger.Lose(id, this[id].Run.Attempt, "node lost", returned, Now));
    public IReadOnlyList<RunEvent> Cancel(string id) => Do(Ledger.Cancel(id, "cancelled by hand", Now));

    public void WaitForRetry(string id)
    {
        Now = this[id].Run.RetryAt!.Value;
        Do(Ledger.RetryDue(id, Now));
    }

    /// <summary>A worker takes a run and ends it.</summary>
    public void Execute(string id, string? output = null, RunState state = RunState.Succeeded, string? error = null)
    {
        Assert.True(Begin(id), $"{id} is not there to be taken");
        End(id, state, output: output, error: error);
    }

    public RunState StateOf(string id) => this[id].Run.State;

    /// <summary>As after a restart from the journal alone, or from a snapshot.</summary>
    public void Restart(bool fromSnapshot)
    {
        var fresh = new RunLedger(recordedIsDispatched);
        if (fromSnapshot) fresh.Restore(Ledger.ToSnapshot());
        else foreach (var e in Journal) fresh.Apply(e);
        Ledger = fresh;
        Do([], [.. fresh.OpenBatches()]);
    }

    public static RunSpec Spec(int minute, OverlapPolicy overlap = OverlapPolicy.Allow, string schedule = "s", RunTrigger trigger = RunTrigger.Schedule,
        RetryPolicy? retry = null, ExecutionGuarantee execution = ExecutionGuarantee.AtLeastOnce) => new()
    {
        Id = RunId.ForOccurrence(schedule, Start.AddMinutes(minute)),
        Schedule = schedule,
        User = "rob",
        Queue = "default",
        ScheduledFor = Start.AddMinutes(minute),
        Trigger = trigger,
        Job = new JobSpec("noop", "{}"),
        Overlap = overlap,
        Retry = retry ?? RetryPolicy.Once,
        Execution = execution,
    };
}
