using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Scheduling;

/// <summary>The cluster's one scheduler as a machine. It wakes when something is due, has the partitions plan it, has the dispatcher put it
/// on record, and only then moves its stored high-water mark: a successor starts from the mark, and run ids make what it repeats harmless.</summary>
/// <remarks>
/// <code>
/// Gathering (journal, partitions, members) ─► Starting (the index from the mark) ─► Forming (@reboot) ─► Waiting ─► Planning ─► Registering
///                                                                                                           ▲────── mark stored ──────┘
/// </code>
/// Its journal is its fence. A tick registers only after a write that began later than the instant it plans through: so no other scheduler
/// had begun by then, and none can have acknowledged a pause or an edit of that time that this plan does not know.
/// Every tick asks every partition, so the mark covers them all.
/// </remarks>
public sealed class Scheduler : IMachine<SchedulerEvent>
{
    private const string TickTimer = "tick";
    private const string CrontabsTimer = "crontabs";
    private const int MaxHeld = 1000;
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly string _node;
    private readonly PartitionBoard _board;
    private readonly Forming _forming = new();
    private readonly Tick _tick = new();
    private readonly Queue<(IToPartition Message, Address From)> _held = new(); // At most MaxHeld.
    private long _epoch;
    private DateTimeOffset? _mark;
    private Phase _phase;
    private bool _recovered;

    /// <param name="node"><c>host:port</c>; only for the record.</param>
    /// <param name="partitions">How many partitions the catalogue has.</param>
    public Scheduler(string node, int partitions)
    {
        (_node, _board) = (node, new PartitionBoard(partitions));
        _board.AwaitAll();
    }

    private enum Phase { Gathering, Starting, Forming, Waiting, Planning, Registering }

    /// <inheritdoc />
    public void Step(object message, Address from, Moment now, Decision<SchedulerEvent> into)
    {
        switch (message)
        {
            case Recovered: OnRecovered(now, into); break;
            case PartitionReady ready: OnReady(ready, now, into); break;
            case MembersAre members: OnMembers(members, now, into); break;
            case PartitionStarted started: OnStarted(started, now, into); break;
            case RebootPlanned planned: OnRebootPlanned(planned, now, into); break;
            case RebootEntriesAdded added: OnRebootEntriesAdded(added, now, into); break;
            case NextDueChanged changed: OnNextDueChanged(changed, now, into); break;
            case Planned planned: OnPlanned(planned, now, into); break;
            case AllRegistered registered: OnRegistered(registered, now, into); break;
            case IToPartition forPartition: OnForPartition(forPartition, from, into); break;
            case Due { Timer: TickTimer }: OnTickTimer(now, into); break;
            case Due { Timer: CrontabsTimer }: OnCrontabsTimer(now, into); break;
        }
    }

    /// <inheritdoc />
    public void Apply(SchedulerEvent stored)
    {
        switch (stored)
        {
            case SchedulerStarted started: (_epoch, _mark) = (started.Epoch, _mark ?? started.At); break;
            case TickDispatched tick when _mark is null || tick.Through > _mark: _mark = tick.Through; break;
            case TickDispatched: break;
            case MembersSeen seen: _forming.Apply(seen); break;
            default: throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown scheduler event.");
        }
    }

    /// <summary>The state as a snapshot.</summary>
    public SchedulerSnapshot ToSnapshot() => new(_epoch, _mark, _forming.Members, _forming.At, _forming.OwesReboots);

    /// <summary>Takes a snapshot in; only before anything else.</summary>
    public void Restore(SchedulerSnapshot snapshot)
    {
        (_epoch, _mark) = (snapshot.Epoch, snapshot.Mark);
        _forming.Restore(snapshot);
    }

    private void Decide(SchedulerEvent? decided, Decision<SchedulerEvent> into)
    {
        if (decided is null) return;
        Apply(decided);
        into.Events.Add(decided);
    }

    private void OnRecovered(Moment now, Decision<SchedulerEvent> into)
    {
        _recovered = true;
        MaybeBegin(now, into);
    }

    private void OnReady(PartitionReady ready, Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase == Phase.Gathering && _board.Answered(ready.Partition)) MaybeBegin(now, into);
    }

    private void OnMembers(MembersAre members, Moment now, Decision<SchedulerEvent> into)
    {
        _forming.See(members.Uids);
        if (_phase == Phase.Gathering) MaybeBegin(now, into);
        else Decide(_forming.Changed(), into);
    }

    // An epoch begins only with a catalogue that can be read: until then there is nothing to take over.
    private void MaybeBegin(Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Gathering || !_recovered || !_board.AllAnswered || !_forming.KnowsMembers) return;
        _phase = Phase.Starting;
        Decide(new SchedulerStarted(now.Utc, _epoch + 1, _node), into);
        Decide(_forming.Begin(now.Utc), into);
        if (_forming.OwesReboots) into.Arm(CrontabsTimer, _forming.AwaitCrontabs(now));
        // The first one takes nothing over: that is no news to whoever starts a cluster.
        into.Log(_epoch == 1 ? Importance.Debug : Importance.Info, FormattableString.Invariant($"Scheduler of epoch {_epoch} starts from {_mark:u}"));
        into.Effects.Add(new StartDispatcher(_epoch));
        into.Effects.Add(new StartLimiter(_epoch));
        AskAll(new StartPartition(_mark!.Value), into.Effects);
        while (_held.TryDequeue(out var held)) into.Effects.Add(new SendToPartition(held.Message.Partition, held.Message, held.From));
    }

    private void OnStarted(PartitionStarted started, Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Starting || !_board.Answered(started.Partition)) return;
        _board.Note(started.Partition, started.NextDue);
        if (!_board.AllAnswered) return;
        if (!_forming.OwesReboots)
        {
            Wait(now, into);
            return;
        }
        _phase = Phase.Forming;
        AskAll(new PlanReboot(_forming.At!.Value), into.AtOnce);
    }

    private void OnRebootPlanned(RebootPlanned planned, Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Forming || planned.FormedAt != _forming.At || !_board.Answered(planned.Partition)) return;
        _tick.Add(planned.Runs);
        if (_board.AllAnswered) Wait(now, into);
    }

    private void OnRebootEntriesAdded(RebootEntriesAdded added, Moment now, Decision<SchedulerEvent> into)
    {
        if (!_forming.AwaitsCrontabs(now.Elapsed)) return;
        _tick.AddReboots(added.Schedules, _forming.At!.Value);
        if (_phase == Phase.Waiting) Wait(now, into);
    }

    private void OnCrontabsTimer(Moment now, Decision<SchedulerEvent> into)
    {
        if (!_forming.OwesReboots) return;
        // What the crontabs added is on record, or a successor adds it again.
        if (!_forming.AwaitsCrontabs(now.Elapsed) && _phase == Phase.Waiting && _tick.IsEmpty) Decide(_forming.Done(), into);
        else into.Arm(CrontabsTimer, TimeSpan.FromSeconds(1));
    }

    private void OnForPartition(IToPartition message, Address from, Decision<SchedulerEvent> into)
    {
        if (!_board.Has(message.Partition)) into.Tell(from, new Unavailable($"the catalogue has no partition {message.Partition}"));
        else if (_phase != Phase.Gathering) into.Effects.Add(new SendToPartition(message.Partition, message, from));
        else if (_held.Count < MaxHeld) _held.Enqueue((message, from));
        else into.Tell(from, new Unavailable("the scheduler is starting"));
    }

    private void OnNextDueChanged(NextDueChanged changed, Moment now, Decision<SchedulerEvent> into)
    {
        if (!_board.Has(changed.Partition)) return;
        _board.Note(changed.Partition, changed.NextDue);
        if (_phase == Phase.Waiting) Wait(now, into);
    }

    private void OnTickTimer(Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Waiting) return;
        if (!IsDue(now))
        {
            Wait(now, into);
            return;
        }
        // The same mark again: the write shows that it is still the scheduler.
        Decide(new TickDispatched(_mark!.Value), into);
        BeginTick(now, into);
    }

    // Only together with an event. Planning promises nothing, so it goes on while that event is written.
    private void BeginTick(Moment now, Decision<SchedulerEvent> into)
    {
        _phase = Phase.Planning;
        _tick.Begin(now.Utc);
        AskAll(new PlanDue(_tick.Through, _mark!.Value), into.AtOnce);
    }

    private void OnPlanned(Planned planned, Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Planning || planned.Through != _tick.Through || !_board.Answered(planned.Partition)) return;
        _board.Note(planned.Partition, planned.NextDue);
        _tick.Add(planned);
        if (!_board.AllAnswered) return;
        if (_tick.IsEmpty)
        {
            EndTick(now, into);
            return;
        }
        _phase = Phase.Registering;
        into.Effects.Add(new SendToDispatcher(_tick.TakeAll()));
    }

    private void OnRegistered(AllRegistered registered, Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase == Phase.Registering && registered.Through == _tick.Through) EndTick(now, into);
    }

    private void EndTick(Moment now, Decision<SchedulerEvent> into)
    {
        if (_tick.Mark > _mark) Decide(new TickDispatched(_tick.Mark), into);
        if (into.Events.Count > 0 && IsDue(now)) BeginTick(now, into);
        else Wait(now, into);
    }

    private bool IsDue(Moment now) => !_tick.IsEmpty || _board.NextDue <= now.Utc;

    private void Wait(Moment now, Decision<SchedulerEvent> into)
    {
        _phase = Phase.Waiting;
        var wait = _tick.IsEmpty ? (_board.NextDue ?? DateTimeOffset.MaxValue) - now.Utc : TimeSpan.Zero;
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        // A timer may fire a little early; a millisecond more keeps it from waking twice.
        into.Arm(TickTimer, (wait < LongestNap ? wait : LongestNap) + TimeSpan.FromMilliseconds(1));
    }

    private void AskAll(object message, List<Effect> effects)
    {
        _board.AwaitAll();
        for (var i = 0; i < _board.Count; i++) effects.Add(new SendToPartition(i, message, Address.Nobody));
    }
}
