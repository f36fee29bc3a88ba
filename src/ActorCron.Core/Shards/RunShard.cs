using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>Owns the runs of a hash range of schedules from registration to end. Every run passes here first, so deduplication, overlap and
/// retry hold cluster-wide, through restarts and moves.</summary>
/// <remarks>
/// <code>
/// registered ─► dispatched ─► running ─► succeeded | failed | timedOut | cancelled
///     │  (held)     ▲  │         │
///     ▼             │  └► dead   ├─► retrying ─┐
///  skipped, missed  └────────────┴── node lost ┘
/// </code>
/// What is handed over stands in the table of <see cref="Outbox"/>. Besides: an order to execute is repeated when its offer is; a cancel
/// is said at each sweep to the worker until the attempt ends; ended runs are given to the history until it has written them.
/// </remarks>
public sealed partial class RunShard : IMachine<RunEvent>
{
    private readonly int _shard;
    private readonly RunShardSettings _settings;
    private readonly RunLedger _ledger;
    private readonly Outbox _outbox;
    private readonly RetryTable _retries = new();
    private readonly HistoryQuestions _questions;
    private readonly Membership _members;

    // Of the step under way.
    private readonly List<Run> _changed = [];
    private readonly Queue<string> _batches = new();
    private Decision<RunEvent> _into = new();
    private Address _from;
    private Moment _now;

    /// <param name="shard">Its number.</param>
    /// <param name="settings">How it behaves.</param>
    public RunShard(int shard, RunShardSettings settings)
    {
        (_shard, _settings) = (shard, settings);
        _ledger = new RunLedger(recordedIsDispatched: !settings.PublishingIsDurable, settings.MaxLatest);
        _outbox = new Outbox(shard, settings, _ledger);
        _questions = new HistoryQuestions(settings.MaxQuestions);
        _members = new Membership(settings.Node, settings.UnknownMemberAfter);
    }

    /// <summary>The books, for questions.</summary>
    public RunLedger Ledger => _ledger;

    /// <summary>Attempts that await publishing and of which the dispatcher has not said that they are published.</summary>
    public int PendingCount => _outbox.Pending;

    /// <summary>An immutable copy of the books.</summary>
    public LedgerSnapshot ToSnapshot() => _ledger.ToSnapshot();

    /// <summary>Takes a snapshot in; the machine must be fresh.</summary>
    public void Restore(LedgerSnapshot snapshot) => _ledger.Restore(snapshot);

    /// <inheritdoc/>
    public void Apply(RunEvent stored) => _ledger.Apply(stored);

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<RunEvent> into)
    {
        (_into, _from, _now) = (into, from, now);
        if (message is IToShard toShard) Handle(toShard);
        else Handle(message);
        if (_changed.Count > 0) _into.Effects.Add(new WriteHistory([.. _changed]));
        _changed.Clear();
        _outbox.Flush(now.Elapsed, _into);
        _retries.SetTimer(now.Elapsed, _into);
    }

    /// <summary>About how many bytes an event takes in the journal.</summary>
    public static int SizeOf(RunEvent stored) => 400 + stored switch
    {
        RunEvent.RunRegistered e => e.Spec.Job.Params.Length,
        RunEvent.RunRevived e => e.Run.Spec.Job.Params.Length,
        RunEvent.AttemptEnded e => e.Output?.Length ?? 0,
        RunEvent.BatchItems e => e.Packed.Length,
        _ => 0,
    };

    private void Handle(IToShard message)
    {
        switch (message)
        {
            case RegisterRuns m: OnRegister(m); break;
            case OfferRun m: OnOffer(m); break;
            case ReportAttempt m: OnReport(m); break;
            case ReturnAttempt m: OnReturn(m); break;
            case MarkPublished m: OnPublished(m); break;
            case RunsWithdrawn m: OnWithdrawn(m); break;
            case RedispatchRuns m: OnRedispatch(m); break;
            case DisownAttempts m: LoseAll(m.Attempts, "its worker lost it"); break;
            case ReportExternal m: OnExternal(m); break;
            case BuryRun m: Decide(_ledger.Bury(m.RunId, m.Attempt, m.Reason, _now.Utc)); break;
            case CancelRun m: OnCancel(m); break;
            case RetryRun m: OnRetry(m); break;
            case Wake m: _outbox.Wake(m, _from); break;
            case GetRun m: Reply(new RunAnswer(_ledger.TryGet(m.RunId, out var run) ? run.Run : null)); break;
            case GetActiveRuns m: OnGetActive(m); break;
            case GetOpenAttempts m: OnGetOpen(m); break;
            case GetShardStats: Reply(new ShardStats(_shard, _settings.Node, _ledger.Count)); break;
            default: break;
        }
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case HistoryWritten m: OnWritten(m); break;
            case HistoryAnswered m: OnHistoryAnswered(m); break;
            case RunLoaded m: OnRunLoaded(m); break;
            case HistoryFailed m: OnHistoryFailed(m); break;
            case MembersAre m: OnMembers(m); break;
            case Due m: OnDue(m.Timer); break;
            case Recovered: OnRecovered(); break;
            default: break;
        }
    }

    private void Reply(object answer) => _into.Tell(_from, answer);
}
