using System.Collections.Immutable;
using ActorCron.Actors.Nodes;
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

    private readonly Scheduler _machine;
    private readonly int _partitionSnapshotEvery;
    private readonly Func<long, Props> _dispatcherProps;
    private readonly Func<long, Props> _limiterProps;
    private readonly TimeProvider _time;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly IActorRef[] _partitions = new IActorRef[CatalogPartitions.Count];
    private IActorRef _dispatcher = ActorRefs.Nobody;
    private IActorRef _limiter = ActorRefs.Nobody;

    /// <param name="partitionSnapshotEvery">Journal entries between snapshots of a partition.</param>
    /// <param name="dispatcherProps">The dispatcher of an epoch.</param>
    /// <param name="limiterProps">The limiter of an epoch.</param>
    /// <param name="time">The clock.</param>
    public SchedulerActor(int partitionSnapshotEvery, Func<long, Props> dispatcherProps, Func<long, Props> limiterProps, TimeProvider time)
        : this(new Scheduler(NodeName.Of(Cluster.Get(Context.System).SelfAddress), CatalogPartitions.Count), time) =>
        (_partitionSnapshotEvery, _dispatcherProps, _limiterProps) = (partitionSnapshotEvery, dispatcherProps, limiterProps);

    private SchedulerActor(Scheduler machine, TimeProvider time) : base("scheduler", machine, time, new CommitSettings(SnapshotEvery)) =>
        (_machine, _dispatcherProps, _limiterProps, _time) = (machine, null!, null!, time);

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc />
    protected override void PreStart()
    {
        base.PreStart();
        var settings = new CommitSettings(_partitionSnapshotEvery);
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = i;
            var props = Props.Create(() => new CatalogPartitionActor(partition, settings, _time));
            _partitions[i] = Context.Watch(Context.ActorOf(props, $"catalog-{partition}"));
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    /// <inheritdoc />
    protected override void OnRecovered() =>
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
            case StartLimiter start: _limiter = Context.Watch(Context.ActorOf(_limiterProps(start.Epoch), "limits")); break;
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
