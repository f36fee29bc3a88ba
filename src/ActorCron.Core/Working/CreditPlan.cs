using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

/// <summary>Which streams of deliveries a queue's consumer opens and drains, and with which credit.</summary>
public sealed class CreditPlan(string queue, long life, TimeSpan ackWithin) : IMachine<NoEvent>
{
    /// <inheritdoc />
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into) => throw new NotImplementedException($"{queue} {life} {ackWithin}");

    /// <inheritdoc />
    public void Apply(NoEvent stored) { }
}
