using ActorCron.Core.Batches;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// The books as a whole.
public sealed partial class RunLedger
{
    /// <summary>The books as they are, copied: later events do not change it. The order of the runs is that of their turns.</summary>
    public LedgerSnapshot ToSnapshot()
    {
        var runs = new LedgerRun[_runs.Count];
        var i = 0;
        for (var slot = _first; slot is not null; slot = slot.After) runs[i++] = slot.Run;
        return new LedgerSnapshot(_fence, runs, _latest.ToSnapshot(), BatchesToSnapshot(), _latest.Floor);
    }

    /// <summary>Takes a snapshot in; the ledger must be fresh.</summary>
    public void Restore(LedgerSnapshot snapshot)
    {
        _fence = snapshot.Fence;
        foreach (var run in snapshot.Runs) Place(run);
        _latest.Restore(snapshot.Latest, snapshot.LatestFloor);
        RestoreBatches(snapshot.Batches ?? []);
    }

    // In the order of their runs.
    private List<BatchSnapshot>? BatchesToSnapshot()
    {
        if (_batches.Count == 0) return null;
        var all = new List<BatchSnapshot>(_batches.Count);
        for (var slot = _first; slot is not null; slot = slot.After)
            if (slot.Run.Run.Spec.IsBatch && _batches.TryGetValue(slot.Id, out var book)) all.Add(book.ToSnapshot());
        return all;
    }

    private void RestoreBatches(IReadOnlyList<BatchSnapshot> batches)
    {
        foreach (var snapshot in batches)
            if (TryGet(snapshot.Parent, out var run) && BatchJob.TryParse(run.Run.Spec.Job, out var job, out _))
                _batches[snapshot.Parent] = BatchBook.Restore(snapshot, job);
        for (var slot = _first; slot is not null; slot = slot.After)
        {
            var run = slot.Run.Run;
            if (run.Spec.Batch is { } part && _batches.TryGetValue(part.Parent, out var book))
                book.Restored(run.Spec.Id, run.State.IsFinished(), run.Spec.Job.Params.Length);
        }
    }
}
