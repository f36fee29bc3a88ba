using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// What is looked after from time to time, and after a start.
public sealed partial class RunShard
{
    private const int MaxRewritten = 2000;

    private long _untakenFrom;

    private void OnDue(string timer)
    {
        switch (timer)
        {
            case Timers.Outbox: _outbox.Fired(); break;
            case Timers.Retries: TakeRetries(); break;
            case Timers.Sweep: Sweep(); break;
            default: break;
        }
    }

    private void TakeRetries()
    {
        _retries.Fired();
        while (_retries.TryTake(_now.Elapsed, out var key))
        {
            if (!_ledger.TryGet(key.Run, out var run) || run.Run.Attempt != key.Attempt || run.Run.RetryAt is not { } at) continue;
            // Its wait has passed, whatever the clock says by now.
            Decide(_ledger.RetryDue(key.Run, at > _now.Utc ? at : _now.Utc));
        }
    }

    private void Sweep()
    {
        _into.Arm(Timers.Sweep, _settings.ReconcileEvery);
        _questions.Expire(_now.Elapsed);
        // Should one of the other timers have been lost, the sweep takes its place.
        _outbox.Fired();
        TakeRetries();
        LoseGone();
        Reconcile();
        AskForUntaken();
    }

    // A state that has stood for two sweeps is old enough to be asked about: a worker may have been told a moment ago.
    private void Reconcile()
    {
        var (asked, rewritten, timedOut) = (new NodeQuestions(_shard, _settings.MaxItems), new List<Run>(), new List<AttemptKey>());
        for (var slot = _ledger.First; slot is not null; slot = slot.After)
        {
            var run = slot.Run;
            slot.Mark++;
            if (run.Run.State == RunState.Running && !run.Run.Spec.IsBatch && slot.Mark >= 2)
            {
                var key = new AttemptKey(slot.Id, run.Run.Attempt);
                if (run.IsExternal)
                {
                    if (run.Run.Started + run.Run.Spec.Timeout < _now.Utc) timedOut.Add(key);
                    continue;
                }
                asked.Add(run.Run.Node!, key, _into);
                TellWorkerToCancel(slot.Id);
            }
            else if (run.Run.State.IsFinished() && slot.Mark > 4 && rewritten.Count < MaxRewritten)
            {
                slot.Mark = 0;
                rewritten.Add(run.Run);
            }
        }
        asked.Flush(_into);
        _changed.AddRange(rewritten);
        var timeout = new AttemptResult(RunState.TimedOut, Error: "no result within the timeout");
        foreach (var key in timedOut) Decide(_ledger.End(key.Run, key.Attempt, timeout, _now.Utc));
    }

    // The next ones each time, so that each has its turn.
    private void AskForUntaken()
    {
        var untaken = ImmutableArray.CreateBuilder<UntakenRun>();
        var last = 0L;
        for (var slot = _ledger.First; slot is not null && untaken.Count < _settings.MaxItems; slot = slot.After)
        {
            var run = slot.Run.Run;
            if (slot.Place <= _untakenFrom || run.State != RunState.Dispatched || !slot.Run.Published
                || !(run.Dispatched < _now.Utc - _settings.UntakenAfter)) continue;
            untaken.Add(new UntakenRun(slot.Id, run.Attempt, run.Spec.Queue, run.Dispatched!.Value));
            last = slot.Place;
        }
        _untakenFrom = untaken.Count < _settings.MaxItems ? 0 : last;
        if (untaken.Count > 0) _into.Tell(_outbox.Dispatcher, new UntakenRuns(_shard, untaken.DrainToImmutable()));
    }

    private void OnMembers(MembersAre members)
    {
        _members.Set(members);
        LoseGone();
    }

    private void LoseGone()
    {
        List<AttemptKey>? lost = null;
        for (var slot = _ledger.First; slot is not null; slot = slot.After)
        {
            var run = slot.Run;
            if (run.Run.State != RunState.Running || run.Incarnation == 0
                || !_members.IsGone(new Member(run.Run.Node!, run.Incarnation), _now.Elapsed)) continue;
            (lost ??= []).Add(new AttemptKey(slot.Id, run.Run.Attempt));
        }
        if (lost is not null) LoseAll(lost, "node lost");
    }

    // Says again all that is not known to be done; what awaits publishing is handed over when the dispatcher wakes the shard.
    private void OnRecovered()
    {
        _into.Arm(Timers.Sweep, _settings.ReconcileEvery);
        _outbox.Recovered();
        var (held, stopped) = (new List<string>(), new List<AttemptKey>());
        for (var slot = _ledger.First; slot is not null; slot = slot.After)
        {
            _changed.Add(slot.Run.Run);
            if (slot.Run.Run.State == RunState.Retrying) _retries.Add(slot.Run.Run, _now);
            if (slot.Run.Held) held.Add(slot.Id);
            if (slot.Run is { IsExternal: true, CancelReason: not null }) stopped.Add(new AttemptKey(slot.Id, slot.Run.Run.Attempt));
            TellWorkerToCancel(slot.Id);
        }
        foreach (var key in stopped) Decide(_ledger.End(key.Run, key.Attempt, new AttemptResult(RunState.Cancelled), _now.Utc));
        foreach (var id in held) Decide(_ledger.Release(id, _now.Utc));
        foreach (var id in _ledger.OpenBatches()) AdvanceBatch(id);
    }
}
