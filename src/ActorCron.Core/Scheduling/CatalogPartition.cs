using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Scheduling;

public sealed class CatalogPartition : IMachine<CatalogEvent>
{
    /// <param name="partition">Its number.</param>
    public CatalogPartition(int partition) => _ = partition;

    public CatalogSnapshot ToSnapshot() => throw new NotImplementedException();
    public void Restore(CatalogSnapshot snapshot) => throw new NotImplementedException();
    public void Step(object message, Address from, Moment now, Decision<CatalogEvent> into) => throw new NotImplementedException();
    public void Apply(CatalogEvent stored) => throw new NotImplementedException();
}
