using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>Hands over to the dispatcher what awaits publishing, and withdraws what is not wanted any more. A shard owns both until it is
/// told.</summary>
/// <remarks>
/// <code>
/// handed over                 owner   ended by                                        repeated
/// an attempt (PendingRuns)    shard   MarkPublished, or it is started, cancelled,     after 5, 10, 20, 40, 80, 80 … s; all anew to a new
///                                     buried                                          dispatcher (Wake)
/// withdrawal (WithdrawRuns)   shard   RunsWithdrawn, or a new dispatcher              as above, ten times
/// </code>
/// Told 'published' by a broker whose messages survive, the shard stores it. Where they do not (the embedded broker), it only notes it
/// here, so that the attempt is handed over again after a restart of the shard or the dispatcher.
/// </remarks>
internal sealed class Outbox(int shard, RunShardSettings settings, RunLedger ledger)
{
    private const int ItemBytes = 400;
    private const int WithdrawTimes = 10;

    private readonly Reminders _pending = new(settings.RemindAfter);
    private readonly Reminders _withdrawn = new(settings.RemindAfter);
    private readonly Alarm _alarm = new(Timers.Outbox);
    private long _epoch;

    /// <summary>Who hands over to the broker; nobody before the first <see cref="Wake"/>.</summary>
    public Address Dispatcher { get; private set; }

    /// <summary>The newest epoch that was heard of.</summary>
    public long NewestEpoch { get; private set; }

    /// <summary>Attempts that await publishing and were not told 'published'.</summary>
    public int Pending => _pending.Count;

    /// <summary>Whether a scheduler of this epoch has been replaced; 0 does not say.</summary>
    public bool IsReplaced(long epoch)
    {
        NewestEpoch = Math.Max(NewestEpoch, epoch);
        return epoch != 0 && epoch < NewestEpoch;
    }

    /// <summary>A dispatcher makes itself known. One that is new gets everything, in the order of registration, so that a backlog keeps
    /// its order.</summary>
    public void Wake(Wake wake, Address from)
    {
        if (IsReplaced(wake.Epoch) || (wake.Epoch == _epoch && from == Dispatcher)) return;
        // What is withdrawn since a recovery is for the first one that makes itself known, too: it may have held the attempt all the while.
        if (Dispatcher.IsSomebody) _withdrawn.Clear();
        (_epoch, Dispatcher) = (wake.Epoch, from);
        _pending.Clear();
        for (var slot = ledger.First; slot is not null; slot = slot.After)
            if (slot.Run.AwaitsPublishing) _pending.Open(new AttemptKey(slot.Id, slot.Run.Run.Attempt));
    }

    /// <summary>The journal has been read: what ended without a start, and is still on the books, may have ended in the last entry, whose
    /// effects were lost. It is withdrawn again.</summary>
    public void Recovered()
    {
        for (var slot = ledger.First; slot is not null; slot = slot.After)
            if (slot.Run is { Published: false, Run: { Attempt: > 0 } run } && run.State.IsFinished() && (run.Started is null || IsExternal(run)))
                _withdrawn.Open(new AttemptKey(slot.Id, run.Attempt));
    }

    /// <summary>Follows a run's record after an event.</summary>
    public void Follow(RunEvent stored, Run run)
    {
        switch (stored)
        {
            case RunEvent.RunRegistered or RunEvent.RunReleased or RunEvent.AttemptPlanned:
                if (ledger.TryGet(run.Spec.Id, out var known) && known.AwaitsPublishing)
                    _pending.Open(new AttemptKey(run.Spec.Id, run.Attempt));
                break;
            case RunEvent.AttemptStarted e when new AttemptKey(e.Id, e.Attempt) is var key && _pending.Close(key) && IsExternal(run):
                // Its message has come, though not its confirm: published once more, a program outside would execute it once more.
                _withdrawn.Open(key);
                break;
            case RunEvent.RunPublished or RunEvent.AttemptStarted:
                _pending.Close(new AttemptKey(run.Spec.Id, run.Attempt));
                break;
            case RunEvent.AttemptEnded e when new AttemptKey(e.Id, e.Attempt) is var key && _pending.Close(key):
                _withdrawn.Open(key);
                break;
            default: break;
        }
    }

    /// <summary>The dispatcher says that it was published.</summary>
    public void Published(AttemptKey key) => _pending.Close(key);

    /// <summary>The dispatcher says that it was withdrawn.</summary>
    public void Withdrawn(AttemptKey key) => _withdrawn.Close(key);

    /// <summary>Its timer came.</summary>
    public void Fired() => _alarm.Forget();

    /// <summary>Says what is to be said now, within bounds, and sets the timer for the rest.</summary>
    public void Flush(TimeSpan elapsed, Decision<RunEvent> into)
    {
        if (!Dispatcher.IsSomebody) return;
        HandOver(elapsed, into);
        Withdraw(elapsed, into);
        var next = Earlier(_pending.Next(), _withdrawn.Next());
        if (_pending.HasFresh || _withdrawn.HasFresh || next <= elapsed) next = elapsed + settings.HandOverPause;
        if (next is { } at) _alarm.SetBy(at, elapsed, into);
    }

    private void HandOver(TimeSpan elapsed, Decision<RunEvent> into)
    {
        for (var message = 0; message < settings.MaxHandOvers; message++)
        {
            var (items, bytes) = (ImmutableArray.CreateBuilder<DispatchItem>(), 0);
            while (items.Count < settings.MaxItems && bytes < settings.MaxMessageBytes && _pending.TryTake(elapsed, out var key, out _))
            {
                var item = ItemOf(ledger[key.Run]);
                items.Add(item);
                bytes += ItemBytes + item.Spec.Job.Params.Length;
            }
            if (items.Count == 0) return;
            into.Tell(Dispatcher, new PendingRuns(shard, items.DrainToImmutable()));
        }
    }

    private void Withdraw(TimeSpan elapsed, Decision<RunEvent> into)
    {
        var keys = ImmutableArray.CreateBuilder<AttemptKey>();
        while (keys.Count < settings.MaxItems && _withdrawn.TryTake(elapsed, out var key, out var times))
        {
            keys.Add(key);
            if (times >= WithdrawTimes) _withdrawn.Close(key);
        }
        if (keys.Count > 0) into.Tell(Dispatcher, new WithdrawRuns(shard, keys.DrainToImmutable()));
    }

    private DispatchItem ItemOf(LedgerRun run)
    {
        // A worker of ours gets the results of a batch when it starts; a foreign one has its message alone.
        var spec = run.Run.Spec;
        var (job, _) = ledger.OrderOf(run, withResults: settings.ExternalQueues.Contains(spec.Queue));
        return new DispatchItem(ReferenceEquals(job, spec.Job) ? spec : spec with { Job = job }, run.Run.Attempt, run.Run.Fence);
    }

    private bool IsExternal(Run run) => settings.ExternalQueues.Contains(run.Spec.Queue);

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
