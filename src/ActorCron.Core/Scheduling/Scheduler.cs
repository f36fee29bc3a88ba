using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Scheduling;

public sealed class Scheduler : IMachine<SchedulerEvent>
{
    /// <param name="node"><c>host:port</c>; only for the record.</param>
    /// <param name="partitions">How many partitions the catalogue has.</param>
    public Scheduler(string node, int partitions) => _ = (node, partitions);

    public SchedulerSnapshot ToSnapshot() => throw new NotImplementedException();
    public void Restore(SchedulerSnapshot snapshot) => throw new NotImplementedException();
    public void Step(object message, Address from, Moment now, Decision<SchedulerEvent> into) => throw new NotImplementedException();
    public void Apply(SchedulerEvent stored) => throw new NotImplementedException();
}
