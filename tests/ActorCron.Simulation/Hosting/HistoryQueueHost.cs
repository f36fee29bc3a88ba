using ActorCron.Core.Machines;
using ActorCron.Core.Shards;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>A node's history queue where its actor would be.</summary>
public sealed class HistoryQueueHost(World world, SimProcess process) : MachineHost(world, process, "history queue", new HistoryQueue(HistoryQueueSettings.Default))
{
    protected override bool CarryOut(Effect effect)
    {
        if (effect is not Upsert upsert) return false;
        World.History.Upsert(Process, upsert.Runs, done => Deliver(done ? new Upserted(upsert.Number) : new UpsertFailed(upsert.Number, "away"), Self));
        return true;
    }
}
