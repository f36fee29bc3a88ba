using ActorCron.Actors.Brokers;
using ActorCron.Actors.Nodes;
using ActorCron.Actors.Serialization;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Working;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Address = ActorCron.Core.Machines.Address;

namespace ActorCron.Actors.Working;

/// <summary>A node's worker: the shell of a <see cref="Worker"/>, with a consumer for each queue and the handlers that run.</summary>
public sealed class WorkerActor : MachineActor
{
    private readonly SlotSettings _settings;
    private readonly IRunBroker _broker;
    private readonly IActorRef _scheduler;
    private readonly RunningWork _work;
    private readonly Action _onMaxRuns;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, IActorRef> _consumers = [];

    /// <param name="settings">How it behaves.</param>
    /// <param name="broker">Where deliveries come from.</param>
    /// <param name="shards">The shard region.</param>
    /// <param name="scheduler">The scheduler's proxy: beside it the permits of limited queues are dealt.</param>
    /// <param name="work">The handlers that run; it outlives this actor.</param>
    /// <param name="onMaxRuns">Called once <see cref="SlotSettings.MaxRuns"/> have ended and are stored.</param>
    /// <param name="time">The clock.</param>
    public WorkerActor(SlotSettings settings, IRunBroker broker, IActorRef shards, IActorRef scheduler, RunningWork work,
        Action onMaxRuns, TimeProvider time)
        : base(MachineOf(settings, work), time, shards) =>
        (_settings, _broker, _scheduler, _work, _onMaxRuns, _time) = (settings, broker, scheduler, work, onMaxRuns, time);

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        Log.Error(cause, "A queue's consumer failed and is started again");
        return Directive.Restart;
    });

    /// <inheritdoc />
    protected override void PreStart()
    {
        for (var i = 0; i < _settings.Queues.Count; i++)
        {
            var queue = _settings.Queues[i];
            _consumers[queue] = Context.ActorOf(Props.Create(() => new QueueConsumer(queue, _broker, _work, _settings.AckWithin, _time)),
                $"queue-{i}");
        }
        base.PreStart();
        Step(new LifeBegan(_work.Left(), _work.Started), Address.Nobody);
        if (_work.DrainAskedBy is { } asker) Step(Drain.Instance, new Address(asker));
    }

    /// <inheritdoc />
    protected override object? Translate(object message)
    {
        if (message is Drain) _work.DrainAskedBy = Sender;
        return message;
    }

    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case StartWork start: _work.Start(start, Self); break;
            case CancelWork cancel: _work.Cancel(cancel.Offer, cancel.Reason); break;
            case ForgetWork forget: _work.Forget(forget.Offer); break;
            case SettleDelivery settle: _consumers[settle.Queue].Tell(settle); break;
            case AcceptDelivery accept: _consumers[accept.Queue].Tell(accept); break;
            case SetCredit set: _consumers[set.Queue].Tell(set); break;
            case StopTaking stop: _consumers[stop.Queue].Tell(stop); break;
            case AskLimiter ask: _scheduler.Tell(ask.Question); break;
            case TellOutput tell: (tell.To.Reference as ICanTell)?.Tell(new RunOutput(_work.OutputOf(tell.Offer)), Self); break;
            case Drained drained: (drained.To.Reference as ICanTell)?.Tell(Akka.Done.Instance, Self); break;
            case MaxRunsReached: _onMaxRuns(); break;
            default: base.CarryOut(effect); break;
        }
    }

    private static Worker MachineOf(SlotSettings settings, RunningWork work)
    {
        var self = Cluster.Get(Context.System).SelfUniqueAddress;
        return new Worker(NodeName.Of(self.Address), self.Uid, work.NextLife(), settings);
    }
}
