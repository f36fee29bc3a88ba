using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// What operators ask for, and questions. Nobody may see what a crash could still undo: answers wait for what is being stored.
public sealed partial class RunShard
{
    private void OnCancel(CancelRun cancel)
    {
        if (!_ledger.TryGet(cancel.RunId, out var run)) Answer(_from, RunCommandKind.NotFound, null, null);
        else if (run.Run.State.IsFinished()) Answer(_from, RunCommandKind.Refused, run.Run, $"it has ended: {run.Run.State}");
        else
        {
            Decide(_ledger.Cancel(cancel.RunId, cancel.Reason, _now.Utc));
            Answer(_from, RunCommandKind.Done, _ledger[cancel.RunId].Run, null);
        }
    }

    private void OnRetry(RetryRun retry)
    {
        if (_ledger.TryGet(retry.RunId, out var known)) Retry(known.Run, _from);
        else Load(retry, _from);
    }

    private void OnRetryLoaded(RetryRun retry, Address asker, Run? loaded)
    {
        if (_ledger.TryGet(retry.RunId, out var known)) Retry(known.Run, asker);
        else if (loaded is null) Answer(asker, RunCommandKind.NotFound, null, null);
        else Retry(loaded, asker);
    }

    private void Retry(Run run, Address asker)
    {
        // What has succeeded is never executed again: it may have since whoever asks last looked.
        var why = !run.State.IsFinished() ? $"it has not ended: {run.State}"
            : run.State == RunState.Succeeded ? "it has succeeded"
            : run.Spec.Batch is { } part ? $"it is part of a batch: retry {part.Parent}"
            : null;
        if (why is not null)
        {
            Answer(asker, RunCommandKind.Refused, run, why);
            return;
        }
        Decide(_ledger.Revive(run, _now.Utc));
        Answer(asker, RunCommandKind.Done, _ledger[run.Spec.Id].Run, null);
    }

    private void Answer(Address asker, RunCommandKind kind, Run? run, string? reason) =>
        _into.Tell(asker, new RunCommandAnswer(kind, run, reason));

    private void OnGetActive(GetActiveRuns get)
    {
        var active = _ledger.ActiveOf(get.Schedule);
        var runs = ImmutableArray.CreateBuilder<Run>(active.Count);
        foreach (var run in active) runs.Add(run.Run);
        Reply(new ActiveRuns(runs.MoveToImmutable()));
    }

    private void OnGetOpen(GetOpenAttempts get)
    {
        var (open, seen) = (ImmutableArray.CreateBuilder<AttemptKey>(), new HashSet<AttemptKey>());
        for (var slot = _ledger.First; slot is not null; slot = slot.After)
            if (slot.Run.IsOut && slot.Run.Run.Spec.Queue == get.Queue) Add(new AttemptKey(slot.Id, slot.Run.Run.Attempt));
        // Those that the dispatcher knows for certain, though the shard may not have heard of it.
        foreach (var key in get.Published)
            if (_ledger.TryGet(key.Run, out var run) && run.Run.Attempt == key.Attempt && run.Run.State == RunState.Dispatched) Add(key);
        Reply(new OpenAttempts(_shard, open.DrainToImmutable(), get.Request));

        void Add(AttemptKey key)
        {
            if (seen.Add(key)) open.Add(key);
        }
    }
}
