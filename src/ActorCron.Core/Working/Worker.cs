using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

/// <summary>A node's worker: takes deliveries for which it has a slot, asks the shard that owns the run, has the order executed, reports
/// until the report is stored. The shard decides what is executed.</summary>
public sealed class Worker(string node, int incarnation, long life, SlotSettings settings) : IMachine<NoEvent>
{
    /// <summary>Executes <see cref="LifeBegan"/>, <see cref="ConsumerStarted"/>, <see cref="DeliveryTaken"/>, <see cref="Potential"/>, <see cref="WorkEnded"/>,
    /// <see cref="Drain"/>, <see cref="Due"/> and the messages of shards and limiter.</summary>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into) => throw new NotImplementedException($"{node} {incarnation} {life} {settings}");

    /// <inheritdoc />
    public void Apply(NoEvent stored) { }
}
