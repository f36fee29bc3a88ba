using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

/// <summary>The books of one shard: every unfinished run of its schedules. The questions (<c>Register</c>, <c>Start</c>, …) answer
/// with the events to store and change nothing; <see cref="Apply"/> folds stored events in. Neither reads a clock or draws a
/// random number, so a replay ends in the same state.</summary>
public sealed partial class RunLedger
{
    /// <summary>How often a run is tried again because its nodes died under it, before it is given up as dead.</summary>
    public const int MaxNodeLosses = 20;

    private readonly Dictionary<string, LedgerRun> _runs = [];
    private readonly Dictionary<string, List<string>> _active = [];
    private readonly Dictionary<ulong, long> _latest = [];
    private readonly bool _recordedIsDispatched;
    private long _fence;

    /// <param name="recordedIsDispatched">Whether a run counts as dispatched once it is on record (embedded broker), or only once a broker has confirmed it.</param>
    public RunLedger(bool recordedIsDispatched = false) => _recordedIsDispatched = recordedIsDispatched;

    public IReadOnlyDictionary<string, LedgerRun> Runs => _runs;

    public bool TryGet(string id, [NotNullWhen(true)] out LedgerRun? run) => _runs.TryGetValue(id, out run);

    /// <summary>Unfinished runs of a schedule, oldest first.</summary>
    public IEnumerable<LedgerRun> ActiveOf(string schedule) =>
        _active.TryGetValue(schedule, out var ids) ? ids.Select(id => _runs[id]) : [];

    /// <summary>Whether only the history can say if this run was there before: it is not newer than all that its schedule had.
    /// A schedule's occurrences come in order, so in the usual case the answer is no.</summary>
    public bool NeedsHistory(RunSpec spec) => !_runs.ContainsKey(spec.Id) && spec.Trigger switch
    {
        RunTrigger.Manual => false,
        RunTrigger.Schedule => _latest.TryGetValue(Hash(spec.Schedule!), out var latest) && spec.ScheduledFor.ToUnixTimeSeconds() <= latest,
        _ => true,
    };

    /// <summary>Puts a new run on record. The caller has made sure that it is new.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="missed">Why it is only recorded, as missed; null for a run that is to be executed.</param>
    /// <param name="now">UTC.</param>
    public IEnumerable<RunEvent> Register(RunSpec spec, string? missed, DateTimeOffset now)
    {
        if (missed is not null)
        {
            yield return new RunRegistered(spec.Id, now, spec, RunState.Missed, missed, Held: false, 0);
            yield break;
        }

        var others = spec.Schedule is null || spec.Overlap == OverlapPolicy.Allow ? [] : ActiveOf(spec.Schedule).ToList();
        if (others.Count == 0)
        {
            yield return Registered(held: false);
            yield break;
        }

        // An operator who asks for a range wants all of it: backfill runs wait in line whatever the policy.
        if (spec.Trigger == RunTrigger.Backfill)
        {
            yield return Registered(held: true);
            yield break;
        }

        // A backfill goes behind live work: it neither keeps a live run from its turn nor is it replaced by one; they only never run at once.
        var live = others.Where(run => run.Run.Spec.Trigger != RunTrigger.Backfill).ToList();
        var backfillIsOut = others.Any(run => run.Run.Spec.Trigger == RunTrigger.Backfill && !run.Held);
        switch (spec.Overlap)
        {
            case var _ when live.Count == 0:
                yield return Registered(held: backfillIsOut);
                break;
            case OverlapPolicy.Queue when !live.Any(run => run.Held):
                yield return Registered(held: true);
                break;
            case OverlapPolicy.Replace:
                // This run is the next: what the others' end would release stays where it is.
                foreach (var older in live)
                    foreach (var stop in Cancel(older.Run.Spec.Id, $"replaced by {spec.Id}", now).Where(e => e is not RunReleased)) yield return stop;
                yield return Registered(held: backfillIsOut || live.Any(run => run.Run.State == RunState.Running));
                break;
            default:
                var why = spec.Overlap == OverlapPolicy.Queue ? "one run is waiting already" : $"the run {live[^1].Run.Spec.Id} has not ended";
                yield return new RunRegistered(spec.Id, now, spec, RunState.Skipped, why, Held: false, 0);
                break;
        }

        RunRegistered Registered(bool held) => new(spec.Id, now, spec, RunState.Dispatched, null, held, NextFence());
    }

    /// <summary>A worker offers to execute an attempt. Empty when the offer must be declined.</summary>
    public IEnumerable<RunEvent> Start(string id, int attempt, string node, int incarnation, string offer, DateTimeOffset now) =>
        _runs.TryGetValue(id, out var run) && run.Run.State == RunState.Dispatched && !run.Held && run.Run.Attempt == attempt && !run.Run.Spec.IsBatch
            ? [new AttemptStarted(id, now, attempt, NextFence(), node, incarnation, offer)]
            : [];

    /// <summary>An attempt ended on its own account. Empty when it is not the current one.</summary>
    public IEnumerable<RunEvent> End(string id, int attempt, AttemptResult result, DateTimeOffset now)
    {
        if (!IsAttempted(id, attempt, out var run)) yield break;

        var spec = run.Run.Spec;
        if (spec.Batch is { Role: BatchRole.Split } part)
            foreach (var items in Split(part, result, now, out result)) yield return items;
        var cancelled = run.CancelReason is not null && result.State != RunState.Succeeded;
        var again = !cancelled && !result.Permanent
            && result.State is RunState.Failed or RunState.TimedOut && run.Failures + 1 < spec.Retry.MaxAttempts;
        var retryAt = again ? now + spec.Retry.DelayAfter(run.Failures + 1, Spread(id, attempt)) : (DateTimeOffset?)null;
        var state = again ? RunState.Retrying : cancelled ? RunState.Cancelled : result.State;
        yield return new AttemptEnded(id, now, attempt, state, result.ExitCode, result.Output, cancelled ? run.CancelReason : result.Error, retryAt);
        if (!again)
            foreach (var released in ReleaseNext(spec.Schedule, id, now)) yield return released;
    }

    /// <summary>A stopping node gives an attempt back: the next one follows at once. What may be executed only once, and had begun, ends
    /// as if its node were lost.</summary>
    /// <param name="id">The run.</param>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="begun">Whether its handler may have done something.</param>
    /// <param name="now">UTC.</param>
    public IEnumerable<RunEvent> Return(string id, int attempt, bool begun, DateTimeOffset now) =>
        begun && _runs.TryGetValue(id, out var run) && run.Run.Spec.Execution == ExecutionGuarantee.AtMostOnce
            ? Lose(id, attempt, "node lost", returned: false, now)
            : Lose(id, attempt, "given back by a stopping node", returned: true, now);

    /// <summary>The node under a running attempt is gone, or has given it back (<paramref name="returned"/>).</summary>
    public IEnumerable<RunEvent> Lose(string id, int attempt, string reason, bool returned, DateTimeOffset now)
    {
        if (!IsAttempted(id, attempt, out var run)) yield break;

        var end = run.CancelReason is not null ? RunState.Cancelled
            : run.Run.Spec.Execution == ExecutionGuarantee.AtMostOnce && !returned ? RunState.Failed
            : run.Losses >= MaxNodeLosses && !returned ? RunState.Dead
            : (RunState?)null;
        if (end is not { } state)
        {
            yield return new AttemptPlanned(id, now, attempt + 1, NextFence(), reason, returned);
            yield break;
        }
        var error = state switch
        {
            RunState.Cancelled => run.CancelReason,
            RunState.Dead => $"given up after {attempt} attempts: {reason}",
            _ => reason,
        };
        yield return new AttemptEnded(id, now, attempt, state, null, null, error, null);
        foreach (var released in ReleaseNext(run.Run.Spec.Schedule, id, now)) yield return released;
    }

    /// <summary>A dispatched run cannot be executed by anyone.</summary>
    public IEnumerable<RunEvent> Bury(string id, int attempt, string reason, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(id, out var run) || run.Run.State != RunState.Dispatched || run.Run.Attempt != attempt || run.Run.Spec.IsBatch) yield break;
        yield return new AttemptEnded(id, now, attempt, RunState.Dead, null, null, reason, null);
        foreach (var released in ReleaseNext(run.Run.Spec.Schedule, id, now)) yield return released;
    }

    /// <summary>Stops a run that has not ended: at once where nobody executes it, else its worker is to be told.</summary>
    public IEnumerable<RunEvent> Cancel(string id, string reason, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(id, out var run) || run.Run.State.IsFinished()) yield break;
        if (run.Run.State == RunState.Running)
        {
            // A batch ends by what becomes of its runs, which Advance cancels.
            if (run.CancelReason is null) yield return new CancelRequested(id, now, reason);
            yield break;
        }
        yield return new AttemptEnded(id, now, run.Run.Attempt, RunState.Cancelled, null, run.Run.Output, reason, null);
        if (!run.Held)
            foreach (var released in ReleaseNext(run.Run.Spec.Schedule, id, now)) yield return released;
    }

    /// <summary>The retry's time has come.</summary>
    public IEnumerable<RunEvent> RetryDue(string id, DateTimeOffset now) =>
        _runs.TryGetValue(id, out var run) && run.Run.State == RunState.Retrying && run.Run.RetryAt <= now
            ? [new AttemptPlanned(id, now, run.Run.Attempt + 1, NextFence(), run.Run.Error)]
            : [];

    /// <summary>The attempt's message is lost at the broker: the same attempt is to be handed over again.</summary>
    public IEnumerable<RunEvent> Redispatch(string id, int attempt, DateTimeOffset now) =>
        _runs.TryGetValue(id, out var run) && run.Run.State == RunState.Dispatched && run.Published && run.Run.Attempt == attempt
            ? [new AttemptPlanned(id, now, attempt, run.Run.Fence, "its message was lost")]
            : [];

    /// <summary>The broker has confirmed the attempt's message.</summary>
    public IEnumerable<RunEvent> Publish(string id, int attempt, DateTimeOffset now) =>
        _runs.TryGetValue(id, out var run) && run.AwaitsPublishing && run.Run.Attempt == attempt
            ? [new RunPublished(id, now, attempt)]
            : [];

    /// <summary>A further attempt by hand of a run that has ended. It waits in line where its schedule's runs must not overlap.</summary>
    public IEnumerable<RunEvent> Revive(Run ended, DateTimeOffset now) =>
        [new RunRevived(ended.Spec.Id, now, ended with { Output = null }, ended.Spec is { Schedule: { } schedule, Overlap: not OverlapPolicy.Allow } && ActiveOf(schedule).Any()),
            new AttemptPlanned(ended.Spec.Id, now, ended.Attempt + 1, NextFence(), "retried by hand")];

    /// <summary>Folds a stored event in; answers the run as it now is.</summary>
    public Run Apply(RunEvent stored)
    {
        switch (stored)
        {
            case RunRegistered e:
                _fence = Math.Max(_fence, e.Fence);
                if (e.Spec is { Trigger: RunTrigger.Schedule, Schedule: { } schedule, Batch: null }) Seen(schedule, e.Spec.ScheduledFor);
                FoldChildRegistered(e.Spec);
                return Put(new LedgerRun { Run = FirstRecord(e), Held = e.Held });
            case RunRevived e:
                return Put(new LedgerRun { Run = e.Run, Held = e.Held });
            case RunPublished e:
                return Change(e.Id, run => run with { Published = true, Run = run.Run with { Dispatched = e.At } });
            case RunReleased e:
                return Change(e.Id, run => run with { Held = false });
            case AttemptPlanned e:
                _fence = Math.Max(_fence, e.Fence);
                return Change(e.Id, run => run with
                {
                    Published = false,
                    Offer = null,
                    Losses = run.Losses + (run.Run.State == RunState.Running && !e.Returned ? 1 : 0),
                    Run = run.Run with
                    {
                        State = RunState.Dispatched, Attempt = e.Attempt, Fence = e.Fence, Error = e.Reason, Dispatched = _recordedIsDispatched ? e.At : null,
                        Started = null, Finished = null, Node = null, ExitCode = null, RetryAt = null,
                    },
                });
            case AttemptStarted e:
                _fence = Math.Max(_fence, e.Fence);
                return Change(e.Id, run => run with
                {
                    Published = true, Offer = e.Offer, Incarnation = e.Incarnation,
                    Run = run.Run with { State = RunState.Running, Started = e.At, Node = e.Node, Fence = e.Fence, Error = null, Dispatched = run.Run.Dispatched ?? e.At },
                });
            case AttemptEnded e:
                if (_runs[e.Id].Run.Spec is var ending && ending.IsBatch) _batches.Remove(e.Id);
                else FoldChildEnded(ending, e);
                return Change(e.Id, run => run with
                {
                    Failures = run.Failures + (e.State is RunState.Failed or RunState.TimedOut or RunState.Retrying ? 1 : 0),
                    Run = run.Run with { State = e.State, Finished = e.At, ExitCode = e.ExitCode, Output = e.Output, Error = e.Error, RetryAt = e.RetryAt },
                });
            case CancelRequested e:
                return Change(e.Id, run => run with { CancelReason = e.Reason });
            case BatchBegan e:
                return FoldBegan(e);
            case BatchItems e:
                return FoldItems(e);
            default:
                throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown run event.");
        }
    }

    /// <summary>Takes a finished run off the books, once the history has it.</summary>
    public void Forget(string id)
    {
        if (!_runs.TryGetValue(id, out var run) || !run.Run.State.IsFinished()) return;
        _runs.Remove(id);
        ForgetChild(run.Run.Spec);
    }

    /// <summary>The books as they are. Unfinished runs stand in the order of their turns, which the table of all runs does not keep.</summary>
    public LedgerSnapshot ToSnapshot() => new(_fence,
        [.. _active.Values.SelectMany(ids => ids).Select(id => _runs[id]), .. _runs.Values.Where(run => run.Run.Spec is { Schedule: null } or { Batch: not null } || run.Run.State.IsFinished())],
        [.. _latest.Select(pair => new LatestOccurrence(pair.Key, pair.Value))],
        _batches.Count == 0 ? null : [.. _batches.Values.Select(batch => batch.ToSnapshot())]);

    /// <summary>Takes a snapshot in; the ledger must be fresh.</summary>
    public void Restore(LedgerSnapshot snapshot)
    {
        _fence = snapshot.Fence;
        foreach (var run in snapshot.Runs) Put(run, isNew: false);
        foreach (var latest in snapshot.Latest) _latest[latest.Schedule] = latest.Second;
        RestoreBatches(snapshot.Batches ?? []);
    }

    // The question may be asked twice before its event is applied; a gap in the numbers does no harm, a repeat would.
    private long NextFence() => ++_fence;

    private IEnumerable<RunEvent> ReleaseNext(string? schedule, string ending, DateTimeOffset now)
    {
        // While a run of a batch ends, the batch itself is in the way of those that wait.
        if (schedule is null || _runs[ending].Run.Spec.Batch is not null) yield break;
        var others = ActiveOf(schedule).Where(run => run.Run.Spec.Id != ending).ToList();
        if (others.Any(run => !run.Held)) yield break;
        if ((others.Find(run => run.Run.Spec.Trigger != RunTrigger.Backfill) ?? others.FirstOrDefault()) is { } next) yield return new RunReleased(next.Run.Spec.Id, now);
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
    };

    // No one but Advance ends a batch.
    private bool IsAttempted(string id, int attempt, [NotNullWhen(true)] out LedgerRun? run) =>
        _runs.TryGetValue(id, out run) && run.Run.State == RunState.Running && run.Run.Attempt == attempt && !run.Run.Spec.IsBatch;

    private Run Change(string id, Func<LedgerRun, LedgerRun> change) => Put(change(_runs[id]));

    private Run Put(LedgerRun run, bool isNew = true)
    {
        if (isNew) run = run with { Run = run.Run with { Revision = run.Run.Revision + 1 } };
        var id = run.Run.Spec.Id;
        _runs[id] = run;
        if (run.Run.Spec is { Schedule: { } schedule, Batch: null }) Index(schedule, id, active: !run.Run.State.IsFinished());
        if (run.Run.Spec.IsBatch && !run.Run.State.IsFinished()) _stirred.Add(id);
        return run.Run;
    }

    private void Index(string schedule, string id, bool active)
    {
        if (!_active.TryGetValue(schedule, out var ids))
        {
            if (!active) return;
            _active[schedule] = ids = [];
        }
        if (!active) ids.Remove(id);
        else if (!ids.Contains(id)) ids.Add(id);
        if (ids.Count == 0) _active.Remove(schedule);
    }

    private void Seen(string schedule, DateTimeOffset occurrence)
    {
        var key = Hash(schedule);
        var second = occurrence.ToUnixTimeSeconds();
        if (!_latest.TryGetValue(key, out var latest) || second > latest) _latest[key] = second;
    }

    private static double Spread(string id, int attempt) => Hash($"{id}#{attempt}") % 1000 / 1000.0;

    // A clash only costs a look into the history.
    private static ulong Hash(string text) => StableHash.Of(text);
}
