using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Scheduling;

/// <summary>The cluster's one scheduler as a machine. It wakes when something is due, has the partitions plan it, has the dispatcher put it on
/// record, and only then moves its stored high-water mark: a successor starts from the mark, and run ids make what it repeats harmless.</summary>
/// <remarks>
/// <code>
/// Gathering (journal, partitions, members) ─► Starting (index built from the mark) ─► Forming (@reboot) ─► Waiting ─► Planning ─► Registering ─┐
///                                                                                                            ▲──────── mark stored ────────────┘
/// </code>
/// Its journal is its fence. A tick registers only what was planned before a write succeeded: so no other scheduler had begun by then, and
/// none can have acknowledged a pause or an edit that this plan does not know. Every tick asks every partition, so the mark covers all.
/// </remarks>
public sealed class Scheduler : IMachine<SchedulerEvent>
{
    private const string TickTimer = "tick";
    private const string CrontabsTimer = "crontabs";
    private const int MaxHeld = 1000;
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly string _node;
    private readonly PartitionBoard _board;
    private readonly Tick _tick = new();
    private readonly Queue<(IToPartition Message, Address From)> _held = new();

    // Stored.
    private long _epoch;
    private DateTimeOffset? _mark;
    private ImmutableArray<int> _members = [];
    private DateTimeOffset? _formedAt;
    private bool _owesReboots;

    // Not stored.
    private Phase _phase;
    private bool _recovered;
    private ImmutableArray<int> _present = [];
    private TimeSpan _crontabsUntil;

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
            case Recovered: _recovered = true; MaybeBegin(now, into); break;
            case PartitionReady ready when _phase == Phase.Gathering && _board.Answered(ready.Partition): MaybeBegin(now, into); break;
            case MembersAre members: OnMembers(members, now, into); break;
            case PartitionStarted started when _phase == Phase.Starting && _board.Answered(started.Partition): OnStarted(started, now, into); break;
            case RebootPlanned planned when _phase == Phase.Forming && planned.FormedAt == _formedAt && _board.Answered(planned.Partition): OnRebootPlanned(planned, now, into); break;
            case NextDueChanged changed: OnNextDueChanged(changed, now, into); break;
            case Planned planned when _phase == Phase.Planning && planned.Through == _tick.Through && _board.Answered(planned.Partition): OnPlanned(planned, now, into); break;
            case AllRegistered registered when _phase == Phase.Registering && registered.Through == _tick.Through: EndTick(now, into); break;
            case RebootEntriesAdded added: OnRebootEntriesAdded(added, now, into); break;
            case IToPartition forPartition: OnForPartition(forPartition, from, into); break;
            case Due { Timer: TickTimer }: MaybeTick(now, into); break;
            case Due { Timer: CrontabsTimer }: OnCrontabsTimer(now, into); break;
        }
    }

    /// <inheritdoc />
    public void Apply(SchedulerEvent stored)
    {
        switch (stored)
        {
            case SchedulerStarted started: (_epoch, _mark) = (started.Epoch, _mark ?? started.At); break;
            case TickDispatched tick: _mark = tick.Through > _mark ? tick.Through : _mark ?? tick.Through; break;
            case MembersSeen seen: (_members, _formedAt, _owesReboots) = (seen.Uids.Sort(), seen.FormedAt ?? _formedAt, seen.OwesReboots); break;
            default: throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown scheduler event.");
        }
    }

    /// <summary>The state as a snapshot.</summary>
    public SchedulerSnapshot ToSnapshot() => new(_epoch, _mark, _members, _formedAt, _owesReboots);

    /// <summary>Takes a snapshot in; only before anything else.</summary>
    public void Restore(SchedulerSnapshot snapshot) =>
        (_epoch, _mark, _members, _formedAt, _owesReboots) = (snapshot.Epoch, snapshot.Mark, snapshot.Members.Sort(), snapshot.FormedAt, snapshot.OwesReboots);

    private void Decide(SchedulerEvent decided, Decision<SchedulerEvent> into)
    {
        Apply(decided);
        into.Events.Add(decided);
    }

    // An epoch begins only with a catalogue that can be read: until then there is nothing to take over.
    private void MaybeBegin(Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Gathering || !_recovered || !_board.AllAnswered || _present.IsEmpty) return;
        Decide(new SchedulerStarted(now.Utc, _epoch + 1, _node), into);
        NoteForming(now, into);
        into.Log(Importance.Info, FormattableString.Invariant($"Scheduler of epoch {_epoch} starts from {_mark:u}"));
        into.Effects.Add(new StartDispatcher(_epoch));
        into.Effects.Add(StartLimiter.Instance);
        _phase = Phase.Starting;
        AskAll(new StartPartition(_mark!.Value), into.Effects);
        while (_held.TryDequeue(out var held)) into.Effects.Add(new SendToPartition(held.Message.Partition, held.Message, held.From));
    }

    // Stored before any of its runs is registered: their ids follow from it, so that a successor repeats them instead of adding others.
    private void NoteForming(Moment now, Decision<SchedulerEvent> into)
    {
        if (!AnyPresent(_members))
        {
            var second = now.Utc.AddTicks(-(now.Utc.Ticks % TimeSpan.TicksPerSecond));
            var formedAt = _formedAt is { } before && second <= before ? before.AddSeconds(1) : second;
            Decide(new MembersSeen(_present, formedAt, OwesReboots: true), into);
        }
        else NoteMembers(into);
        if (!_owesReboots) return;
        var left = _formedAt!.Value + CatalogPartition.CrontabsCome - now.Utc;
        _crontabsUntil = now.Elapsed + (left < CatalogPartition.CrontabsCome ? left : CatalogPartition.CrontabsCome);
        into.Arm(CrontabsTimer, left);
    }

    private bool AnyPresent(ImmutableArray<int> members)
    {
        foreach (var uid in members)
            if (_present.BinarySearch(uid) >= 0) return true;
        return false;
    }

    private void OnMembers(MembersAre members, Moment now, Decision<SchedulerEvent> into)
    {
        if (members.Uids.IsEmpty) return;
        _present = members.Uids.Sort();
        if (_phase == Phase.Gathering) MaybeBegin(now, into);
        else NoteMembers(into);
    }

    private void NoteMembers(Decision<SchedulerEvent> into)
    {
        if (!_present.AsSpan().SequenceEqual(_members.AsSpan())) Decide(new MembersSeen(_present, _formedAt, _owesReboots), into);
    }

    private void OnStarted(PartitionStarted started, Moment now, Decision<SchedulerEvent> into)
    {
        _board.Note(started.Partition, started.NextDue);
        if (!_board.AllAnswered) return;
        if (_owesReboots)
        {
            _phase = Phase.Forming;
            AskAll(new PlanReboot(_formedAt!.Value), into.AtOnce);
        }
        else Wait(now, into);
    }

    private void OnRebootPlanned(RebootPlanned planned, Moment now, Decision<SchedulerEvent> into)
    {
        _tick.Add(planned.Runs);
        if (_board.AllAnswered) Wait(now, into);
    }

    private void OnRebootEntriesAdded(RebootEntriesAdded added, Moment now, Decision<SchedulerEvent> into)
    {
        if (!_owesReboots || now.Elapsed > _crontabsUntil) return;
        _tick.AddReboots(added.Schedules, _formedAt!.Value);
        if (_phase == Phase.Waiting) Wait(now, into);
    }

    // The crontabs have come; what they added is on record, or will be added again by a successor.
    private void OnCrontabsTimer(Moment now, Decision<SchedulerEvent> into)
    {
        if (!_owesReboots) return;
        if (now.Elapsed >= _crontabsUntil && _phase == Phase.Waiting && _tick.IsEmpty) Decide(new MembersSeen(_members, _formedAt, OwesReboots: false), into);
        else into.Arm(CrontabsTimer, _crontabsUntil > now.Elapsed ? _crontabsUntil - now.Elapsed : TimeSpan.FromSeconds(1));
    }

    private void OnNextDueChanged(NextDueChanged changed, Moment now, Decision<SchedulerEvent> into)
    {
        _board.Note(changed.Partition, changed.NextDue);
        if (_phase == Phase.Waiting) Wait(now, into);
    }

    private void OnForPartition(IToPartition message, Address from, Decision<SchedulerEvent> into)
    {
        if ((uint)message.Partition >= (uint)_board.Count) into.Tell(from, new Unavailable($"the catalogue has no partition {message.Partition}"));
        else if (_phase != Phase.Gathering) into.Effects.Add(new SendToPartition(message.Partition, message, from));
        else if (_held.Count < MaxHeld) _held.Enqueue((message, from));
        else into.Tell(from, new Unavailable("the scheduler is starting"));
    }

    private void Wait(Moment now, Decision<SchedulerEvent> into)
    {
        _phase = Phase.Waiting;
        var wait = _tick.IsEmpty ? (_board.NextDue ?? DateTimeOffset.MaxValue) - now.Utc : TimeSpan.Zero;
        // A timer may fire a little early; a millisecond more keeps it from waking twice.
        into.Arm(TickTimer, (wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestNap ? wait : LongestNap) + TimeSpan.FromMilliseconds(1));
    }

    private bool IsDue(Moment now) => !_tick.IsEmpty || _board.NextDue <= now.Utc;

    private void MaybeTick(Moment now, Decision<SchedulerEvent> into)
    {
        if (_phase != Phase.Waiting) return;
        if (!IsDue(now))
        {
            Wait(now, into);
            return;
        }
        // Shows that it is still the scheduler: only then is anything of this tick registered.
        Decide(new TickDispatched(_mark!.Value), into);
        BeginTick(now, into);
    }

    // Called where the decision has an event.
    private void BeginTick(Moment now, Decision<SchedulerEvent> into)
    {
        _phase = Phase.Planning;
        _tick.Begin(now.Utc);
        // Planning promises nothing, so it goes on while that event is written.
        AskAll(new PlanDue(_tick.Through, _mark!.Value), into.AtOnce);
    }

    private void OnPlanned(Planned planned, Moment now, Decision<SchedulerEvent> into)
    {
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

    private void EndTick(Moment now, Decision<SchedulerEvent> into)
    {
        if (_tick.Mark > _mark) Decide(new TickDispatched(_tick.Mark), into);
        if (into.Events.Count > 0 && IsDue(now)) BeginTick(now, into);
        else Wait(now, into);
    }

    private void AskAll(object message, List<Effect> effects)
    {
        _board.AwaitAll();
        for (var i = 0; i < _board.Count; i++) effects.Add(new SendToPartition(i, message, Address.Nobody));
    }
}
