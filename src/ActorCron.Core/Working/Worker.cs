using System.Collections.Immutable;
using System.Globalization;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Working;

/// <summary>A node's worker: takes deliveries for which it has a slot, asks the shard that owns the run, has the order executed, reports
/// until the report is stored. The shard decides what is executed.</summary>
/// <remarks>
/// <code>
/// (no slot) waiting ─► gated (no start yet)
///                 └─────┴► offered ─► ready ─► executing ─► reporting ─► (gone)
///                            │  │       └──────────┴──────► returning ─► (gone)
///                            │  └► withdrawn by a drain ───────┘
///                            └► declined: settled, gone
/// </code>
/// One is made by each life of the worker's actor. What runs survives the actor: the next life takes it over with <see cref="LifeBegan"/>.
/// </remarks>
public sealed partial class Worker : IMachine<NoEvent>
{
    private const string ShareTimer = "share";
    private const string AskTimer = "ask-again";
    private const string PermitsTimer = "ask-for-permits";
    private static readonly TimeSpan ShareEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PermitsEvery = TimeSpan.FromMilliseconds(250);

    private readonly string _node;
    private readonly int _incarnation;
    private readonly long _life;
    private readonly SlotSettings _settings;
    private readonly SlotPlan _slots;
    private readonly Attempts _attempts = new();
    private long _offers;
    private Address _limiter;
    private long _permitsHeard;
    private bool _hasStoppedTaking;
    private bool _hasToldMaxRuns;

    /// <param name="node"><c>host:port</c>.</param>
    /// <param name="incarnation">The member's uid: another one in each process.</param>
    /// <param name="life">Which of the worker's lives in this process; no two have the same, so no offer is named twice.</param>
    /// <param name="settings">How it behaves.</param>
    public Worker(string node, int incarnation, long life, SlotSettings settings)
    {
        (_node, _incarnation, _life, _settings) = (node, incarnation, life, settings);
        _slots = new SlotPlan(settings);
    }

    /// <summary>Takes what its shell says (<see cref="LifeBegan"/>, <see cref="ConsumerStarted"/>, <see cref="DeliveryTaken"/>, <see cref="Potential"/>,
    /// <see cref="WorkEnded"/>, <see cref="NoHandler"/>, <see cref="Drain"/>, <see cref="Due"/>) and the messages of shards, limiter and gateway.</summary>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into)
    {
        switch (message)
        {
            case DeliveryTaken taken: OnTaken(taken, now, into); break;
            case ExecuteRun order: OnOrder(order, now, into); break;
            case OfferDeclined declined: OnDeclined(declined, now, into); break;
            case WorkEnded ended: OnEnded(ended, now, into); break;
            case NoHandler refused: OnNoHandler(refused, now, into); break;
            case ReportStored stored: OnStored(stored, into); break;
            case CancelAttempt cancel: OnCancel(cancel, now, into); break;
            case ConfirmRunning confirm: OnConfirm(confirm, from, into); break;
            case Permits permits: OnPermits(permits, from, now, into); break;
            case Potential potential: _slots.Find(potential.Queue)?.Heard(potential); break;
            case GetOutput get: into.Effects.Add(new TellOutput(from, _attempts.Find(get.RunId, get.Attempt) is { Stage: Stage.Executing } found ? found.Offer : null)); break;
            case GetLoad: into.Tell(from, LoadNow()); break;
            case Due due: OnDue(due.Timer, now, into); break;
            case ConsumerStarted started: OnConsumer(started.Queue, into); break;
            case Drain: OnDrain(from, now, into); break;
            case LifeBegan began: OnLife(began, now, into); break;
        }
    }

    /// <inheritdoc />
    public void Apply(NoEvent stored) { }

    private void OnLife(LifeBegan began, Moment now, Decision<NoEvent> into)
    {
        _slots.Ended(TimeSpan.FromSeconds(1), now.Elapsed);
        _slots.Started = began.Started;
        foreach (var left in began.Left)
        {
            var attempt = new Attempt(left.Offer, _slots.Of(left.Queue), left.Order.RunId, left.Order.Attempt) { Order = left.Order, Begun = true, IsInherited = true };
            Take(attempt, left.Result is null ? Stage.Executing : Stage.Reporting);
            if (left.Result is not null) Finish(attempt, left.Result, now, into);
        }
        _slots.Share(now.Elapsed, into);
        into.Arm(AskTimer, LookEvery);
        into.Arm(PermitsTimer, PermitsEvery);
        into.Arm(ShareTimer, ShareEvery);
        if (!_slots.IsSpent) return;
        StopConsumers(into);
        StopIfDone(into);
    }

    private void OnDue(string timer, Moment now, Decision<NoEvent> into)
    {
        switch (timer)
        {
            case AskTimer:
                AskAgain(now, into);
                into.Arm(AskTimer, LookEvery);
                break;
            case ShareTimer:
                ShareCredit(now, into);
                into.Arm(ShareTimer, ShareEvery);
                break;
            case PermitsTimer:
                AskForPermits(into);
                into.Arm(PermitsTimer, PermitsEvery);
                break;
            default:
                OnDrainDue(timer, now, into);
                break;
        }
    }

    // What the consumer before had taken is with the broker again; an answer of a shard may still come for what was offered.
    private void OnConsumer(string queue, Decision<NoEvent> into)
    {
        if (_slots.Find(queue) is not { } slots) return;
        slots.Heard(null);
        foreach (var attempt in _slots.TakeUnoffered(of => of == slots)) Drop(attempt, null, into);
        if (_hasStoppedTaking) into.Effects.Add(new StopTaking(queue));
        else into.Effects.Add(new SetCredit(queue, slots.Allowed ?? 0));
    }

    private void ShareCredit(Moment now, Decision<NoEvent> into)
    {
        if (!_hasStoppedTaking) _slots.Share(now.Elapsed, into);
    }

    private void StopConsumers(Decision<NoEvent> into)
    {
        if (_hasStoppedTaking) return;
        _hasStoppedTaking = true;
        foreach (var queue in _slots.Queues) into.Effects.Add(new StopTaking(queue.Name));
    }

    // Also while it drains: what it still executes counts.
    private void AskForPermits(Decision<NoEvent> into)
    {
        if (_slots.Queues.Count == 0) return;
        var needs = ImmutableArray.CreateBuilder<QueueNeed>(_slots.Queues.Count);
        foreach (var queue in _slots.Queues)
        {
            queue.ForgetUnusedStarts();
            needs.Add(queue.Need());
        }
        into.AtOnce.Add(new AskLimiter(new AskPermits(_node, _incarnation, needs.MoveToImmutable(), _permitsHeard)));
    }

    // The same answer again grants nothing: starts add up.
    private void OnPermits(Permits permits, Address from, Moment now, Decision<NoEvent> into)
    {
        if (permits.Number != 0 && from == _limiter && permits.Number <= _permitsHeard) return;
        (_limiter, _permitsHeard) = (from, permits.Number);
        foreach (var grant in permits.Queues) _slots.Find(grant.Queue)?.Grant(grant);
        if (permits.Queues.Length == 0) return;
        OfferNext(now, into);
        ShareCredit(now, into);
    }

    private WorkerLoad LoadNow()
    {
        var loads = ImmutableArray.CreateBuilder<QueueLoad>(_slots.Queues.Count);
        foreach (var queue in _slots.Queues) loads.Add(new QueueLoad(queue.Name, queue.Taken, queue.Finished));
        return new WorkerLoad(_node, _slots.Executing, loads.MoveToImmutable());
    }

    private string NextOffer() => string.Create(CultureInfo.InvariantCulture, $"{_incarnation}-{_life}-{++_offers}");
}
