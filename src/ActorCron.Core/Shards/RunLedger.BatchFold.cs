using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

// What events change of the batches under way.
public sealed partial class RunLedger
{
    private Run FoldBegan(BatchBegan e)
    {
        var slot = _runs[e.Id];
        var run = slot.Run.Run;
        if (BatchJob.TryParse(run.Spec.Job, out var job, out _)) _batches[e.Id] = new BatchBook(e.Id, e.Attempt, job);
        return Change(slot, slot.Run with
        {
            Run = run with
            {
                State = RunState.Running, Started = e.At, Dispatched = run.Dispatched ?? e.At, Error = null, Output = null,
                Batch = _batches.GetValueOrDefault(e.Id)?.Progress, Revision = run.Revision + 1,
            },
        });
    }

    private Run FoldItems(BatchItems e)
    {
        if (_batches.TryGetValue(e.Id, out var book)) book.Add(new BatchItemPack(e.First, e.Count, e.Packed));
        return _runs[e.Id].Run.Run;
    }

    private void FoldChildRegistered(RunSpec spec)
    {
        if (spec.Batch is not { } part || !_batches.TryGetValue(part.Parent, out var book)) return;
        book.Registered(spec.Id, part, spec.Job.Params.Length);
        if (part.Role == BatchRole.Reduce) ShowProgress(book);
    }

    private Run? FoldChildEnded(RunSpec spec, AttemptEnded e)
    {
        if (spec.Batch is not { } part || !e.State.IsFinished() || !_batches.TryGetValue(part.Parent, out var book)) return null;
        book.Ended(spec.Id, part, e.State, e.Output, e.Error);
        return ShowProgress(book);
    }

    private Run ShowProgress(BatchBook book)
    {
        var slot = _runs[book.Parent];
        return Change(slot, slot.Run with { Run = slot.Run.Run with { Batch = book.Progress, Revision = slot.Run.Run.Revision + 1 } });
    }
}
