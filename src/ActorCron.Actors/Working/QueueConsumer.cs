using ActorCron.Actors.Brokers;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Working;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Address = ActorCron.Core.Machines.Address;

namespace ActorCron.Actors.Working;

/// <summary>Takes deliveries of one queue for the worker, its parent: the shell of a <see cref="CreditPlan"/>, which says which streams there are.</summary>
internal sealed class QueueConsumer : MachineActor
{
    private readonly string _queue;
    private readonly IRunBroker _broker;
    private readonly RunningWork _work;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly Dictionary<long, IDeliveryControl> _controls = [];

    public QueueConsumer(string queue, IRunBroker broker, RunningWork work, TimeSpan ackWithin, TimeProvider time)
        : base(new CreditPlan(queue, work.NextLife(), ackWithin), time) => (_queue, _broker, _work) = (queue, broker, work);

    protected override void PreStart()
    {
        base.PreStart();
        Step(ConsumerBegan.Instance, Address.Nobody);
    }

    protected override object Translate(object message)
    {
        if (message is StreamEnded ended) _controls.Remove(ended.Stream);
        return message;
    }

    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case HandToWorker hand: HandOver(hand.Number, (RunDelivery)hand.Delivery); break;
            case SettleAtBroker settle: Settle((RunDelivery)settle.Delivery, settle); break;
            case OpenStream open: Open(open.Stream, open.Credit); break;
            case DrainStream drain: Drain(drain.Stream); break;
            case TellWorker tell: Context.Parent.Tell(tell.Message); break;
            default: base.CarryOut(effect); break;
        }
    }

    private void HandOver(long number, RunDelivery delivery) =>
        Context.Parent.Tell(new DeliveryTaken(number, _queue, delivery.Spec, delivery.Attempt, _work.HasHandler(delivery.Spec.Job.Type)));

    private static void Settle(RunDelivery delivery, SettleAtBroker settle) => _ = settle.How switch
    {
        Settlement.Ack => delivery.AckAsync(),
        Settlement.Requeue => delivery.RequeueAsync(),
        Settlement.DeadLetter => delivery.DeadLetterAsync(settle.Reason ?? "unusable"),
        var unknown => throw new ArgumentOutOfRangeException(nameof(settle), unknown, "Unknown settlement."),
    };

    private void Open(long stream, int credit)
    {
        var self = Self;
        var (control, done) = _broker.Deliveries(_queue, credit)
            .ToMaterialized(Sink.ForEach<RunDelivery>(delivery => self.Tell(new Delivered(stream, delivery))), Keep.Both)
            .Run(_materializer);
        _controls[stream] = control;
        done.PipeTo(self, self, () => new StreamEnded(stream, null), cause => new StreamEnded(stream, cause.Message));
    }

    private void Drain(long stream)
    {
        if (_controls.TryGetValue(stream, out var control)) control.DrainAsync().PipeTo(Self, Self, () => new StreamDrained(stream));
    }
}
