using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Working;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>A node's worker where its actor would be, with a consumer for each queue.</summary>
public sealed class WorkerHost : MachineHost
{
    private readonly Dictionary<string, ConsumerHost> _consumers = new(StringComparer.Ordinal);
    private readonly List<ConsumerHost> _inOrder = [];
    private readonly WorkSet _work;
    private readonly Action _drained;
    private readonly long _life;

    public WorkerHost(World world, SimProcess process, long life, WorkSet work, Action drained)
        : base(world, process, "worker", new Worker(process.Node.Name, process.Uid, life, world.SlotSettings)) =>
        (_life, _work, _drained) = (life, work, drained);

    public void Start()
    {
        Receive(new LifeBegan([.. _work.Left()]), Self);
        foreach (var queue in World.SlotSettings.Queues)
        {
            var consumer = _consumers[queue] = new ConsumerHost(World, Process, queue, _life, this);
            _inOrder.Add(consumer);
            Receive(new ConsumerStarted(queue), Self);
            consumer.Receive(ConsumerBegan.Instance, Self);
        }
    }

    public override void Stop()
    {
        base.Stop();
        foreach (var consumer in _inOrder) consumer.Stop();
    }

    protected override bool CarryOut(Effect effect)
    {
        switch (effect)
        {
            case StartWork start: _work.Start(start); return true;
            case CancelWork cancel: _work.Cancel(cancel.Offer, cancel.Reason); return true;
            case ForgetWork forget: _work.Forget(forget.Offer); return true;
            case SettleDelivery settle: Tell(settle.Queue, settle); return true;
            case AcceptDelivery accept: Tell(accept.Queue, accept); return true;
            case SetCredit credit:
                World.Story?.Add($"{Process} worker wants {credit.Credit} of queue {credit.Queue}");
                Tell(credit.Queue, credit);
                return true;
            case StopTaking stop: Tell(stop.Queue, stop); return true;
            case AskLimiter ask: World.Router.ToScheduler(this, ask.Question); return true;
            case Drained: _drained(); return true;
            case TellOutput or MaxRunsReached: return true;
            default: return false;
        }
    }

    private void Tell(string queue, object message)
    {
        if (_consumers.TryGetValue(queue, out var consumer)) World.Router.Send(Self, consumer.Self, message);
    }
}

/// <summary>A queue's consumer where its actor would be.</summary>
public sealed class ConsumerHost(World world, SimProcess process, string queue, long life, WorkerHost worker)
    : MachineHost(world, process, $"consumer of {queue}", new CreditPlan(queue, life, world.SlotSettings.AckWithin))
{
    private readonly Dictionary<long, DeliveryStream> _streams = [];

    public override void Stop()
    {
        base.Stop();
        foreach (var (_, stream) in _streams.OrderBy(pair => pair.Key)) World.Broker.Abandon(stream);
    }

    protected override bool CarryOut(Effect effect)
    {
        switch (effect)
        {
            case OpenStream open: Open(open.Stream, open.Credit); return true;
            case DrainStream drain:
                World.Story?.Add($"{Process} takes no more of queue {queue} through stream {drain.Stream}");
                if (_streams.TryGetValue(drain.Stream, out var stream)) World.Broker.Drain(stream);
                return true;
            case HandToWorker hand when hand.Delivery is BrokerDelivery delivery:
                World.Router.Send(Self, worker.Self, new DeliveryTaken(hand.Number, queue, delivery.Item.Spec, delivery.Item.Attempt, HasHandler: true));
                return true;
            case SettleAtBroker settle:
                World.Broker.Settle((BrokerDelivery)settle.Delivery, settle.How == Settlement.Requeue, settle.How == Settlement.DeadLetter);
                return true;
            case TellWorker tell: World.Router.Send(Self, worker.Self, tell.Message); return true;
            default: return false;
        }
    }

    private void Open(long number, int credit)
    {
        World.Story?.Add($"{Process} takes up to {credit} of queue {queue} through stream {number}");
        _streams[number] = Begin(number, credit);
    }

    private DeliveryStream Begin(long number, int credit) => World.Broker.OpenDeliveries(Process, queue, credit,
        delivery => Deliver(new Delivered(number, delivery), Self),
        () => Deliver(new StreamDrained(number), Self),
        failure =>
        {
            _streams.Remove(number);
            Deliver(new StreamEnded(number, failure), Self);
        });
}
