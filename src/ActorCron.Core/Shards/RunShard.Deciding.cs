using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// How a decision is taken in: applied at once, so that the next one sees it, and followed by all that keeps step with the books.
public sealed partial class RunShard
{
    /// <summary>Applies events and adds them to the decision; then what batches have to do next.</summary>
    /// <returns>Whether there were any.</returns>
    private bool Decide(IReadOnlyList<RunEvent> events)
    {
        Take(events);
        AdvanceBatches();
        return events.Count > 0;
    }

    private void Take(IReadOnlyList<RunEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            var (run, batch) = _ledger.Apply(e);
            _into.Events.Add(e);
            _changed.Add(run);
            if (batch is not null) _changed.Add(batch);
            Follow(e, run);
        }
    }

    private void Follow(RunEvent stored, Run run)
    {
        _outbox.Follow(stored, run);
        if (stored is RunEvent.AttemptEnded) _retries.Add(run, _now);
        else if (stored is RunEvent.CancelRequested) TellWorkerToCancel(run.Spec.Id);
        // The events of a lot of items concern one batch.
        if (RunLedger.BatchToAdvance(run) is { } batch && (!_batches.TryPeek(out var waiting) || waiting != batch)) _batches.Enqueue(batch);
    }

    // What a batch does next follows from its state: a crash that cuts it off only has it decided again.
    private void AdvanceBatches()
    {
        while (_batches.TryPeek(out var batch))
        {
            var next = _ledger.Advance(batch, _now.Utc);
            if (next.Count == 0) _batches.Dequeue();
            else Take(next);
        }
    }

    private void AdvanceBatch(string batch)
    {
        _batches.Enqueue(batch);
        AdvanceBatches();
    }

    private void TellWorkerToCancel(string id)
    {
        if (!_ledger.TryGet(id, out var run) || run.Run.State != RunState.Running || run.CancelReason is null || run.Run.Spec.IsBatch
            || run.IsExternal) return;
        _into.Effects.Add(new Effect.SendToWorker(run.Run.Node!, new CancelAttempt(id, run.Run.Attempt, run.CancelReason)));
    }
}
