using System.Collections.Immutable;
using ActorCron.Actors.Running;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;

namespace ActorCron.Actors.Scheduling;

/// <summary>The cluster's one scheduler. It wakes when something is due, has the partitions plan it, has the dispatcher put it on
/// record and stream it to the broker, and only then moves its stored high-water mark: a successor starts from the mark, and run ids
/// make what it repeats harmless. Its journal is its fence: whoever still believes to be the scheduler is stopped by its next write.</summary>
/// <remarks>
/// <code>
/// recovering (its partitions too) ─► starting (partitions build their index from the mark) ─► waiting ─► planning ─► dispatching ─► storing the mark ─┐
///                                                                          ▲──────────────────────────────────────────────────────┘
/// </code>
/// </remarks>
public sealed class SchedulerActor : ReceivePersistentActor, IWithTimers
{
    private const int SnapshotEvery = 500;
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    // A node reads its crontab when the cluster has formed: what is new in it counts as there from the start for so long.
    private static readonly TimeSpan CrontabsCome = TimeSpan.FromMinutes(2);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly int _partitionSnapshotEvery;
    private readonly TimeProvider _time;
    private readonly Func<long, Props> _dispatcherProps;
    private readonly Func<long, Props> _limiterProps;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly IActorRef[] _partitions = new IActorRef[CatalogPartitions.Count];
    private readonly DateTimeOffset?[] _nextDue = new DateTimeOffset?[CatalogPartitions.Count];
    private readonly HashSet<int> _awaited = [];
    private readonly List<PlannedRun> _planned = [];
    private readonly List<PlannedRun> _reboots = [];
    private DateTimeOffset? _formedAt;
    private IActorRef _dispatcher = ActorRefs.Nobody;
    private IActorRef _limiter = ActorRefs.Nobody;
    private long _epoch;
    private DateTimeOffset? _mark;
    private ImmutableArray<int> _members = [];
    private DateTimeOffset _through;
    private bool _ticking = true; // Until the partitions have started.
    private int _entries;
    private long _snapshotBefore;

    /// <param name="partitionSnapshotEvery">Journal entries between snapshots of a partition.</param>
    /// <param name="dispatcherProps">The dispatcher of an epoch.</param>
    /// <param name="limiterProps">The limiter of an epoch.</param>
    /// <param name="time">The clock.</param>
    public SchedulerActor(int partitionSnapshotEvery, Func<long, Props> dispatcherProps, Func<long, Props> limiterProps, TimeProvider time)
    {
        (_partitionSnapshotEvery, _dispatcherProps, _limiterProps, _time) = (partitionSnapshotEvery, dispatcherProps, limiterProps, time);
        Recover<SnapshotOffer>(offer => Restore((SchedulerSnapshot)offer.Snapshot));
        Recover<SchedulerStarted>(Apply);
        Recover<TickDispatched>(Apply);
        Recover<MembersSeen>(Apply);
        Recover<RecoveryCompleted>(_ => Self.Tell(TakeOver.Instance));

        Command<TakeOver>(_ => OnTakeOver());
        Command<CatalogPartitionActor.Recovered>(OnPartitionRecovered);
        Command<CatalogPartitionActor.Started>(OnStarted);
        Command<CatalogPartitionActor.NextDueChanged>(changed =>
        {
            _nextDue[changed.Partition] = changed.NextDue;
            if (!_ticking) Arm();
        });
        Command<CatalogPartitionActor.Planned>(OnPlanned);
        Command<CatalogPartitionActor.RebootEntriesAdded>(OnRebootEntriesAdded);
        Command<Tick>(_ => OnTick());
        Command<AllRegistered>(OnRegistered);
        Command<ClusterEvent.IMemberEvent>(_ => NoteMembers());
        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<IToPartition>(message => _partitions[message.Partition].Forward(message));
        Command<DispatchRuns>(message => _dispatcher.Forward(message));
        Command<GetBacklogs>(message => _dispatcher.Forward(message));
        Command<AskPermits>(message => _limiter.Forward(message));
        Command<Terminated>(_ => Context.Stop(Self)); // See the strategy.
        Command<SaveSnapshotSuccess>(saved =>
        {
            // Not to this one: a scheduler that was paused and still believes in itself must find its next number taken.
            if (_snapshotBefore > 0) DeleteMessages(_snapshotBefore);
            _snapshotBefore = saved.Metadata.SequenceNr;
            DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
        });
        Command<SaveSnapshotFailure>(failed => _log.Warning(failed.Cause, "The scheduler's snapshot failed; its journal still has everything"));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    public override string PersistenceId => "scheduler";
    public ITimerScheduler Timers { get; set; } = null!;

    // A partition that ends (its store is away, or another scheduler writes) ends the scheduler: it starts anew as a whole, with back-off.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        base.PreStart();
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = i;
            _partitions[i] = Context.Watch(Context.ActorOf(Props.Create(() => new CatalogPartitionActor(partition, _partitionSnapshotEvery, _time)), $"catalog-{partition}"));
        }
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    protected override void OnReplaySuccess() => RecoveryTroubles.Of(Context.System).Recovered(PersistenceId, _log);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => RecoveryTroubles.Of(Context.System).Failed(PersistenceId, LastSequenceNr, reason, _log);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error(cause, "The scheduler could not store entry {0}; a fresh one starts from the journal", sequenceNr);

    private void Restore(SchedulerSnapshot snapshot) => (_epoch, _mark, _members) = (snapshot.Epoch, snapshot.Mark, snapshot.Members);

    private void Apply(SchedulerStarted started)
    {
        _epoch = started.Epoch;
        _mark ??= started.At;
    }

    private void Apply(TickDispatched tick) => _mark = tick.Through;
    private void Apply(MembersSeen seen) => _members = seen.Uids;

    // An epoch begins only with a catalogue that can be read: until then there is nothing to take over.
    private void OnTakeOver()
    {
        for (var i = 0; i < _partitions.Length; i++)
        {
            _awaited.Add(i);
            _partitions[i].Tell(CatalogPartitionActor.TellRecovered.Instance);
        }
    }

    private void OnPartitionRecovered(CatalogPartitionActor.Recovered recovered)
    {
        if (_awaited.Remove(recovered.Partition) && _awaited.Count == 0) Begin();
    }

    private void Begin() =>
        Store(new SchedulerStarted(_time.GetUtcNow(), _epoch + 1, RunShardActor.NodeOf(_cluster.SelfAddress)), started =>
        {
            Apply(started);
            _log.Info("Scheduler of epoch {0} starts from {1:u}", _epoch, _mark);
            _dispatcher = Context.Watch(Context.ActorOf(_dispatcherProps(_epoch), "dispatcher"));
            _limiter = Context.Watch(Context.ActorOf(_limiterProps(_epoch), "limits"));
            for (var i = 0; i < _partitions.Length; i++)
            {
                _awaited.Add(i);
                _partitions[i].Tell(new CatalogPartitionActor.Start(_mark!.Value));
            }
            _ticking = true;
        });

    private void OnStarted(CatalogPartitionActor.Started started)
    {
        _nextDue[started.Partition] = started.NextDue;
        _awaited.Remove(started.Partition);
        if (_awaited.Count > 0) return;

        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        var present = MemberUids();
        var formedAnew = !_members.Any(present.Contains);
        if (!formedAnew)
        {
            EndTick();
            return;
        }
        _through = _mark!.Value;
        var now = _time.GetUtcNow();
        var formedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        _formedAt = formedAt;
        PlanWith(Enumerable.Range(0, _partitions.Length), new CatalogPartitionActor.PlanReboot(formedAt));
    }

    private void Arm()
    {
        var next = _nextDue.Min() ?? DateTimeOffset.MaxValue;
        var now = _time.GetUtcNow();
        var wait = next <= now || _reboots.Count > 0 ? TimeSpan.Zero : next - now < LongestNap ? next - now : LongestNap;
        // A timer may fire a little early; a millisecond more keeps it from waking twice.
        Timers.StartSingleTimer(nameof(Tick), Tick.Instance, wait + TimeSpan.FromMilliseconds(1));
    }

    private void OnTick()
    {
        if (_ticking) return;
        var now = _time.GetUtcNow();
        var due = Enumerable.Range(0, _partitions.Length).Where(i => _nextDue[i] <= now).ToList();
        if (due.Count == 0 && _reboots.Count == 0)
        {
            Arm();
            return;
        }
        _ticking = true;
        _through = now;
        if (due.Count > 0) PlanWith(due, new CatalogPartitionActor.Plan(now));
        else Register();
    }

    private void PlanWith(IEnumerable<int> partitions, object plan)
    {
        _planned.Clear();
        foreach (var i in partitions)
        {
            _awaited.Add(i);
            _partitions[i].Tell(plan);
        }
    }

    private void OnPlanned(CatalogPartitionActor.Planned planned)
    {
        _nextDue[planned.Partition] = planned.NextDue;
        _planned.AddRange(planned.Runs);
        if (_awaited.Remove(planned.Partition) && _awaited.Count == 0) Register();
    }

    private void Register()
    {
        _dispatcher.Tell(new RegisterAll(_through, [.. _planned.Concat(_reboots).Select(run => new NewRun(run.Spec, run.Missed))]));
        _planned.Clear();
        _reboots.Clear();
    }

    private void OnRebootEntriesAdded(CatalogPartitionActor.RebootEntriesAdded added)
    {
        if (_formedAt is not { } formedAt || _time.GetUtcNow() - formedAt > CrontabsCome) return;
        _reboots.AddRange(added.Schedules.Select(schedule => new PlannedRun(ScheduleCatalog.SpecOf(schedule, formedAt, RunTrigger.Schedule, late: false), null)));
        if (!_ticking) Arm();
    }

    private void OnRegistered(AllRegistered registered)
    {
        if (registered.Through != _through || !_ticking) return;
        Store(new TickDispatched(registered.Through), tick =>
        {
            Apply(tick);
            NoteMembers();
            EndTick();
        });
    }

    private void EndTick()
    {
        _ticking = false;
        Arm();
    }

    private HashSet<int> MemberUids() => [.. _cluster.State.Members.Select(member => member.UniqueAddress.Uid)];

    private void NoteMembers()
    {
        var present = MemberUids();
        if (present.SetEquals(_members)) return;
        Store(new MembersSeen([.. present]), Apply);
    }

    private void Store<T>(T e, Action<T> then) where T : class => Persist(e, stored =>
    {
        then(stored);
        if (++_entries % SnapshotEvery == 0) SaveSnapshot(new SchedulerSnapshot(_epoch, _mark, _members));
    });

    private sealed record TakeOver : INoSerializationVerificationNeeded { public static readonly TakeOver Instance = new(); }
    private sealed record Tick : INoSerializationVerificationNeeded { public static readonly Tick Instance = new(); }
}
