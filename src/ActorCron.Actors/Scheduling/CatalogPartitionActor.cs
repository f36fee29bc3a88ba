using System.Collections.Immutable;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;

namespace ActorCron.Actors.Scheduling;

/// <summary>The shell of a partition of the catalogue. It is a child of the scheduler, and lives and dies with it.</summary>
public sealed class CatalogPartitionActor : PersistentMachineActor<CatalogEvent>
{
    private readonly CatalogPartition _machine;

    /// <param name="partition">Its number.</param>
    /// <param name="settings">How its events are stored.</param>
    /// <param name="time">The clock.</param>
    public CatalogPartitionActor(int partition, CommitSettings settings, TimeProvider time)
        : this(partition, new CatalogPartition(partition), settings, time)
    {
    }

    private CatalogPartitionActor(int partition, CatalogPartition machine, CommitSettings settings, TimeProvider time)
        : base(CatalogPartitions.PersistenceId(partition), machine, time, settings) => _machine = machine;

    /// <inheritdoc />
    protected override object ToEntry(ImmutableArray<CatalogEvent> events) => new CatalogEvents(events);

    /// <inheritdoc />
    protected override IEnumerable<CatalogEvent>? EventsOf(object entry) => entry is CatalogEvents stored ? stored.Events : null;

    /// <inheritdoc />
    protected override object ToSnapshot() => _machine.ToSnapshot();

    /// <inheritdoc />
    protected override void Restore(object snapshot) => _machine.Restore((CatalogSnapshot)snapshot);

    /// <inheritdoc />
    protected override int SizeOf(CatalogEvent decided) => CatalogPartition.SizeOf(decided);

    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        if (effect is SendToScheduler send) Context.Parent.Tell(send.Message, Self);
        else base.CarryOut(effect);
    }
}
