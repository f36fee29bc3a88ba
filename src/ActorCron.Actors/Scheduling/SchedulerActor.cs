using System.Collections.Immutable;
using ActorCron.Actors.Running;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace ActorCron.Actors.Scheduling;

/// <summary>The shell of the scheduler: a cluster singleton. Its partitions, its dispatcher and its limiter are its children; when one ends,
/// it ends, and is started anew as a whole, with back-off.</summary>
public sealed class SchedulerActor : PersistentMachineActor<SchedulerEvent>
{
    private const int SnapshotEvery = 500;

<<<<<<< HEAD
    private readonly Scheduler _machine;
    private readonly SchedulerSettings _settings;
    private readonly Func<long, Props> _dispatcherProps;
    private readonly TimeProvider _time;
=======
    // A node reads its crontab when the cluster has formed: what is new in it counts as there from the start for so long.
    private static readonly TimeSpan CrontabsCome = TimeSpan.FromMinutes(2);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly int _partitionSnapshotEvery;
    private readonly TimeProvider _time;
    private readonly Func<long, Props> _dispatcherProps;
    private readonly Func<long, Props> _limiterProps;
>>>>>>> dispatch
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly IActorRef[] _partitions = new IActorRef[CatalogPartitions.Count];
    private IActorRef _dispatcher = ActorRefs.Nobody;
    private IActorRef _limiter = ActorRefs.Nobody;

<<<<<<< HEAD
    /// <param name="settings">How it behaves.</param>
=======
    /// <param name="partitionSnapshotEvery">Journal entries between snapshots of a partition.</param>
>>>>>>> dispatch
    /// <param name="dispatcherProps">The dispatcher of an epoch.</param>
    /// <param name="limiterProps">The limiter of an epoch.</param>
    /// <param name="time">The clock.</param>
<<<<<<< HEAD
    public SchedulerActor(SchedulerSettings settings, Func<long, Props> dispatcherProps, TimeProvider time)
        : this(new Scheduler(RunShardActor.NodeOf(Cluster.Get(Context.System).SelfAddress), CatalogPartitions.Count), settings, dispatcherProps, time)
    {
=======
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
>>>>>>> dispatch
    }

    private SchedulerActor(Scheduler machine, SchedulerSettings settings, Func<long, Props> dispatcherProps, TimeProvider time)
        : base("scheduler", machine, time, new CommitSettings(SnapshotEvery)) =>
        (_machine, _settings, _dispatcherProps, _time) = (machine, settings, dispatcherProps, time);

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc />
    protected override void PreStart()
    {
        base.PreStart();
        var settings = new CommitSettings(_settings.SnapshotEvery);
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = i;
<<<<<<< HEAD
            var props = Props.Create(() => new CatalogPartitionActor(partition, settings, _time));
            _partitions[i] = Context.Watch(Context.ActorOf(props, $"catalog-{partition}"));
=======
            _partitions[i] = Context.Watch(Context.ActorOf(Props.Create(() => new CatalogPartitionActor(partition, _partitionSnapshotEvery, _time)), $"catalog-{partition}"));
>>>>>>> dispatch
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

<<<<<<< HEAD
    /// <inheritdoc />
    protected override void OnRecovered() =>
=======
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

>>>>>>> dispatch
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));

    /// <inheritdoc />
    protected override object ToEntry(ImmutableArray<SchedulerEvent> events) => events is [var single] ? single : new SchedulerEvents(events);

    /// <inheritdoc />
    protected override IEnumerable<SchedulerEvent>? EventsOf(object entry) => entry switch
    {
        SchedulerEvent single => [single],
        SchedulerEvents several => several.Events,
        _ => null,
    };

    /// <inheritdoc />
    protected override object ToSnapshot() => _machine.ToSnapshot();

    /// <inheritdoc />
    protected override void Restore(object snapshot) => _machine.Restore((SchedulerSnapshot)snapshot);

    /// <inheritdoc />
    protected override int SizeOf(SchedulerEvent decided) => 200;

    /// <inheritdoc />
    protected override object? Translate(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent or ClusterEvent.CurrentClusterState:
                return new MembersAre([.. _cluster.State.Members.Select(member => member.UniqueAddress.Uid)]);
            case DispatchRuns or GetBacklogs: _dispatcher.Forward(message); return null;
            case AskPermits: _limiter.Forward(message); return null;
            case Terminated: Context.Stop(Self); return null;
            case Status.Failure failure: StartAgain(failure); return null;
            default: return message;
        }
    }

    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case SendToPartition send: _partitions[send.Partition].Tell(send.Message, send.From.Reference as IActorRef ?? Self); break;
            case SendToDispatcher send: _dispatcher.Tell(send.Message, Self); break;
            case StartDispatcher start: _dispatcher = Context.Watch(Context.ActorOf(_dispatcherProps(start.Epoch), "dispatcher")); break;
            case StartLimiter: _limiter = Context.Watch(Context.ActorOf(Props.Create(() => new QueueLimiter(_settings.Limits, _time)), "limits")); break;
            default: base.CarryOut(effect); break;
        }
    }

    // What a child was asked failed: nothing would ever answer for it.
    private void StartAgain(Status.Failure failure)
    {
        Log.Error(failure.Cause, "A child of the scheduler failed at what it was asked; all start again");
        Context.Stop(Self);
    }
}
