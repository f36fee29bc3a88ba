using ActorCron.Core.Runs;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

// What events change. The record of a run is copied once an event: the history and snapshots hold on to the copies.
public sealed partial class RunLedger
{
    /// <summary>Folds a stored event in.</summary>
    public LedgerChange Apply(RunEvent stored)
    {
        switch (stored)
        {
            case RunRegistered e: return new(Fold(e), null);
            case RunRevived e:
                var revived = new LedgerRun { Run = e.Run with { Revision = e.Run.Revision + 1 }, Held = e.Held };
                return new(Place(revived).Run.Run, null);
            case AttemptEnded e: return Fold(e);
            case BatchBegan e: return new(FoldBegan(e), null);
            case BatchItems e: return new(FoldItems(e), null);
            default:
                var slot = _runs[stored.Id];
                return new(Change(slot, Changed(slot.Run, stored)), null);
        }
    }

    private LedgerRun Changed(LedgerRun run, RunEvent stored) => stored switch
    {
        AttemptPlanned e => Planned(run, e),
        AttemptStarted e => Started(run, e),
        RunPublished e => run with { Published = true, Run = run.Run with { Dispatched = e.At, Revision = run.Run.Revision + 1 } },
        RunReleased e =>
            run with { Held = false, Run = run.Run with { Fence = Given(e.Fence, run.Run.Fence), Revision = run.Run.Revision + 1 } },
        CancelRequested e => run with { CancelReason = e.Reason, Run = run.Run with { Revision = run.Run.Revision + 1 } },
        _ => throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown run event."),
    };

    private Run Fold(RunRegistered e)
    {
        Given(e.Fence, 0);
        NoteOccurrence(e.Spec);
        FoldChildRegistered(e.Spec);
        return Place(new LedgerRun { Run = FirstRecord(e), Held = e.Held }).Run.Run;
    }

    private LedgerRun Planned(LedgerRun run, AttemptPlanned e) => run with
    {
        Published = false,
        Offer = null,
        Losses = run.Losses + (run.Run.State == RunState.Running && !e.Returned ? 1 : 0),
        Run = run.Run with
        {
            State = RunState.Dispatched, Attempt = e.Attempt, Fence = Given(e.Fence, e.Fence), Error = e.Reason,
            Dispatched = _recordedIsDispatched ? e.At : null,
            Started = null, Finished = null, Node = null, ExitCode = null, RetryAt = null, Revision = run.Run.Revision + 1,
            Earlier = run.Run.State != RunState.Running ? run.Run.Earlier
                : AttemptLog.Closed(run.Run, e.Returned ? RunState.Cancelled : RunState.Failed, e.At, e.Reason),
        },
    };

    private LedgerRun Started(LedgerRun run, AttemptStarted e) => run with
    {
        Published = true, Offer = e.Offer, Incarnation = e.Incarnation,
        Run = run.Run with
        {
            State = RunState.Running, Started = e.At, Node = e.Node, Fence = Given(e.Fence, e.Fence), Error = null,
            Dispatched = run.Run.Dispatched ?? e.At,
            Revision = run.Run.Revision + 1,
        },
    };

    private LedgerChange Fold(AttemptEnded e)
    {
        var slot = _runs[e.Id];
        var (run, spec) = (slot.Run, slot.Run.Run.Spec);
        Run? batch = null;
        if (spec.IsBatch) _batches.Remove(e.Id);
        else batch = FoldChildEnded(spec, e);
        var record = run.Run with
        {
            State = e.State, Finished = e.At, ExitCode = e.ExitCode, Output = e.Output, Error = e.Error, RetryAt = e.RetryAt,
            Revision = run.Run.Revision + 1,
        };
        if (e.State == RunState.Retrying) record = record with { Earlier = AttemptLog.Closed(record, e.Outcome ?? RunState.Failed) };
        var ended = Change(slot, run with
        {
            Failures = run.Failures + (e.State is RunState.Failed or RunState.TimedOut or RunState.Retrying ? 1 : 0),
            Run = record,
        });
        return new(ended, batch);
    }

    private Run FirstRecord(RunRegistered e) => new()
    {
        Spec = e.Spec,
        State = e.State,
        Attempt = e.State == RunState.Dispatched ? 1 : 0,
        Created = e.At,
        Dispatched = _recordedIsDispatched && e.State == RunState.Dispatched ? e.At : null,
        Finished = e.State == RunState.Dispatched ? null : e.At,
        Error = e.Reason,
        Fence = e.Fence,
        Revision = 1,
    };

    // Notes the highest fence given out; 0 stands for none.
    private long Given(long fence, long otherwise)
    {
        if (fence == 0) return otherwise;
        if (fence > _fence) _fence = fence;
        return fence;
    }

    private Run Change(LedgerSlot slot, LedgerRun run)
    {
        slot.Run = run;
        slot.Mark = 0;
        KeepInLine(slot);
        return run.Run;
    }
}
