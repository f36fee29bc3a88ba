using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

// From an attempt's hand-over to its end.
public sealed partial class RunLedger
{
    /// <summary>The broker has confirmed the attempt's message.</summary>
    public IReadOnlyList<RunEvent> Publish(string id, int attempt, DateTimeOffset now) =>
        TryGet(id, out var run) && run.AwaitsPublishing && run.Run.Attempt == attempt ? [new RunPublished(id, now, attempt)] : [];

    /// <summary>The attempt's message is lost at the broker: the same attempt is to be handed over again.</summary>
    public IReadOnlyList<RunEvent> Redispatch(string id, int attempt, DateTimeOffset now) =>
        TryGet(id, out var run) && run.Run.State == RunState.Dispatched && run.Published && run.Run.Attempt == attempt
            ? [new AttemptPlanned(id, now, attempt, run.Run.Fence, "its message was lost")]
            : [];

    /// <summary>A worker offers to execute an attempt. Empty when the offer must be declined.</summary>
    public IReadOnlyList<RunEvent> Start(string id, int attempt, string node, int incarnation, string offer, DateTimeOffset now) =>
        TryGet(id, out var run) && run.Run.State == RunState.Dispatched && !run.Held && run.Run.Attempt == attempt && !run.Run.Spec.IsBatch
            ? [new AttemptStarted(id, now, attempt, _fence + 1, node, incarnation, offer)]
            : [];

    /// <summary>An attempt ended on its own account. Empty when it is not the current one.</summary>
    public IReadOnlyList<RunEvent> End(string id, int attempt, AttemptResult result, DateTimeOffset now)
    {
        if (!IsAttempted(id, attempt, out var slot)) return [];
        var (run, spec) = (slot.Run, slot.Run.Run.Spec);
        List<RunEvent>? items = null;
        if (spec.Batch is { Role: BatchRole.Split } part) items = Split(part, result, now, out result);
        var cancelled = run.CancelReason is not null && result.State != RunState.Succeeded;
        var again = !cancelled && !result.Permanent && result.State is RunState.Failed or RunState.TimedOut
            && run.Failures + 1 < spec.Retry.MaxAttempts;
        var retryAt = again ? now + spec.Retry.DelayAfter(run.Failures + 1, Spread(id, attempt)) : (DateTimeOffset?)null;
        var state = again ? RunState.Retrying : cancelled ? RunState.Cancelled : result.State;
        var end = new AttemptEnded(id, now, attempt, state, result.ExitCode, result.Output, cancelled ? run.CancelReason : result.Error,
            retryAt, again ? result.State : null);
        RunEvent[] events = again ? [end] : WithNext(slot, end);
        return items is null ? events : [.. items, .. events];
    }

    /// <summary>A stopping node gives an attempt back: the next one follows at once. What may be executed only once, and had begun, ends
    /// as if its node were lost.</summary>
    /// <param name="id">The run.</param>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="begun">Whether its handler may have done something.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<RunEvent> Return(string id, int attempt, bool begun, DateTimeOffset now) =>
        begun && TryGet(id, out var run) && run.Run.Spec.Execution == ExecutionGuarantee.AtMostOnce
            ? Lose(id, attempt, "node lost", returned: false, now)
            : Lose(id, attempt, "given back by a stopping node", returned: true, now);

    /// <summary>The node under a running attempt is gone, or has given it back (<paramref name="returned"/>).</summary>
    public IReadOnlyList<RunEvent> Lose(string id, int attempt, string reason, bool returned, DateTimeOffset now)
    {
        if (!IsAttempted(id, attempt, out var slot)) return [];
        var run = slot.Run;
        var end = run.CancelReason is not null ? RunState.Cancelled
            : run.Run.Spec.Execution == ExecutionGuarantee.AtMostOnce && !returned ? RunState.Failed
            : run.Losses >= MaxNodeLosses && !returned ? RunState.Dead
            : (RunState?)null;
        if (end is not { } state) return [new AttemptPlanned(id, now, attempt + 1, _fence + 1, reason, returned)];
        var error = state switch
        {
            RunState.Cancelled => run.CancelReason,
            RunState.Dead => $"given up after {attempt} attempts: {reason}",
            _ => reason,
        };
        return WithNext(slot, new AttemptEnded(id, now, attempt, state, null, null, error, null));
    }

    /// <summary>A dispatched run cannot be executed by anyone.</summary>
    public IReadOnlyList<RunEvent> Bury(string id, int attempt, string reason, DateTimeOffset now)
    {
        if (SlotOf(id) is not { } slot || slot.Run.Run.State != RunState.Dispatched || slot.Run.Run.Attempt != attempt
            || slot.Run.Run.Spec.IsBatch) return [];
        return WithNext(slot, new AttemptEnded(id, now, attempt, RunState.Dead, null, null, reason, null));
    }

    /// <summary>Stops a run that has not ended: at once where nobody in the cluster executes it, else its worker is to be told.</summary>
    public IReadOnlyList<RunEvent> Cancel(string id, string reason, DateTimeOffset now)
    {
        if (SlotOf(id) is not { } slot || slot.Run.Run.State.IsFinished() || Stop(slot, reason, now) is not { } stop) return [];
        return stop is CancelRequested || slot.Run.Held ? [stop] : WithNext(slot, stop);
    }

    /// <summary>The retry's time has come.</summary>
    public IReadOnlyList<RunEvent> RetryDue(string id, DateTimeOffset now) =>
        TryGet(id, out var run) && run.Run.State == RunState.Retrying && run.Run.RetryAt <= now
            ? [new AttemptPlanned(id, now, run.Run.Attempt + 1, _fence + 1, run.Run.Error)]
            : [];

    // A batch ends by what becomes of its runs, which Advance cancels. A program outside cannot be told: the books close, and what it still
    // reports changes nothing.
    private static RunEvent? Stop(LedgerSlot slot, string reason, DateTimeOffset now)
    {
        var run = slot.Run;
        if (run.Run.State != RunState.Running || run.IsExternal)
            return new AttemptEnded(slot.Id, now, run.Run.Attempt, RunState.Cancelled, null, run.Run.Output, reason, null);
        return run.CancelReason is null ? new CancelRequested(slot.Id, now, reason) : null;
    }

    // No one but Advance ends a batch.
    private bool IsAttempted(string id, int attempt, [NotNullWhen(true)] out LedgerSlot? slot) =>
        _runs.TryGetValue(id, out slot) && slot.Run.Run.State == RunState.Running && slot.Run.Run.Attempt == attempt
            && !slot.Run.Run.Spec.IsBatch;

    private static double Spread(string id, int attempt) => StableHash.Of($"{id}#{attempt}") % 1000 / 1000.0;
}
