using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>A scheduler where its actor would be.</summary>
public sealed class SchedulerHost : PersistentHost<SchedulerEvent>
{
    private readonly Scheduler _machine;
    private readonly SchedulerGroup _group;

    public SchedulerHost(World world, SimProcess process, SchedulerGroup group) : this(world, process, group, new Scheduler(process.Node.Name, CatalogPartitions.Count))
    {
    }

    private SchedulerHost(World world, SimProcess process, SchedulerGroup group, Scheduler machine)
        : base(world, process, "scheduler", "scheduler", world.Commits, machine) => (_group, _machine) = (group, machine);

    public override object Capture() => _machine.ToSnapshot();

    protected override void Restore(object snapshot) => _machine.Restore((SchedulerSnapshot)snapshot);

    protected override int SizeOf(SchedulerEvent decided) => 200;

    protected override void Begin()
    {
        TellMembers();
        base.Begin();
    }

    protected override bool PromisesNothing(Effect effect) => effect is SendToPartition { Message: PlanDue or PlanReboot } || base.PromisesNothing(effect);

    public void TellMembers()
    {
        var uids = ImmutableArray.CreateBuilder<int>(Process.View.Count);
        foreach (var member in Process.View) uids.Add(member.Uid);
        Receive(new MembersAre(uids.ToImmutable()), Self);
    }

    protected override bool CarryOut(Effect effect)
    {
        switch (effect)
        {
            case StartDispatcher start:
                _group.StartDispatcher(start.Epoch);
                _group.StartLimiter(start.Epoch);
                return true;
            case StartLimiter: return true;
            case SendToPartition send: World.Router.Send(send.From.IsSomebody ? send.From : Self, _group.Partitions[send.Partition].Self, send.Message); return true;
            case SendToDispatcher send:
                if (_group.Dispatcher is { } dispatcher) World.Router.Send(Self, dispatcher.Self, send.Message);
                return true;
            default: return false;
        }
    }
}

/// <summary>A partition of the catalogue where its actor would be.</summary>
public sealed class PartitionHost : PersistentHost<CatalogEvent>
{
    private readonly CatalogPartition _machine;
    private readonly SchedulerGroup _group;

    public PartitionHost(World world, SimProcess process, int partition, SchedulerGroup group) : this(world, process, partition, group, new CatalogPartition(partition))
    {
    }

    private PartitionHost(World world, SimProcess process, int partition, SchedulerGroup group, CatalogPartition machine)
        : base(world, process, $"catalog {partition}", CatalogPartitions.PersistenceId(partition), world.Commits, machine) => (_group, _machine) = (group, machine);

    public override object Capture() => _machine.ToSnapshot();

    protected override void Restore(object snapshot) => _machine.Restore((CatalogSnapshot)snapshot);

    protected override int SizeOf(CatalogEvent decided) => 600;

    protected override bool CarryOut(Effect effect)
    {
        if (effect is not SendToScheduler send) return false;
        World.Router.Send(Self, _group.Scheduler.Self, send.Message);
        return true;
    }
}
