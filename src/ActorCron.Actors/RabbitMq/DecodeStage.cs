using ActorCron.Core.Documents;
using ActorCron.Streams.Amqp;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Turns messages into deliveries, in order. What cannot be read is buried beside the stream, which goes on; it holds its credit until
/// it is settled, so a flood of it is slowed down. Materializes the count of what it has handed on.</summary>
/// <param name="queue">The broker's name of the queue.</param>
/// <param name="outlet">Where dead letters go.</param>
/// <param name="read">Gives the delivery, or why there is none.</param>
internal sealed class DecodeStage<T>(string queue, DeadLetterOutlet outlet, Func<CommittableMessage, Settling, (T? Delivery, MessageProblem? Problem)> read)
    : GraphStageWithMaterializedValue<FlowShape<CommittableMessage, T>, DeliveryLedger> where T : class
{
    private readonly string _queue = queue;
    private readonly DeadLetterOutlet _outlet = outlet;

    private Inlet<CommittableMessage> In { get; } = new("Decode.in");

    private Outlet<T> Out { get; } = new("Decode.out");

    public override FlowShape<CommittableMessage, T> Shape => new(In, Out);

    public override ILogicAndMaterializedValue<DeliveryLedger> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var ledger = new DeliveryLedger();
        return new LogicAndMaterializedValue<DeliveryLedger>(new Logic(this, ledger), ledger);
    }

    private (T? Delivery, string? Reason) Read(CommittableMessage message, Settling settling)
    {
        try
        {
            var (delivery, problem) = read(message, settling);
            return (delivery, problem?.Reason);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            // Nothing that anyone can send may stop a queue, not even by a fault of ours.
            return (null, $"unreadable: {cause.GetType().Name}: {cause.Message}");
        }
    }

    private sealed class Logic : GraphStageLogic
    {
        public Logic(DecodeStage<T> stage, DeliveryLedger ledger) : base(stage.Shape)
        {
            SetHandler(stage.Out, onPull: () => Pull(stage.In));
            SetHandler(stage.In, onPush: () =>
            {
                var message = Grab(stage.In);
                var settling = new Settling(message, stage._queue, ledger, stage._outlet);
                ledger.Enter();
                var (delivery, reason) = stage.Read(message, settling);
                if (delivery is not null)
                {
                    Push(stage.Out, delivery);
                    return;
                }
                _ = settling.BuryAsync(reason ?? "unreadable");
                Pull(stage.In);
            });
        }
    }
}
