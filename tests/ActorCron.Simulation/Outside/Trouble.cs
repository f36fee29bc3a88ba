using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>Makes the faults of the scenario happen, and heals what is to heal.</summary>
public sealed class Trouble(World world)
{
    private readonly HashSet<SimNode> _lost = [];

    public void Begin()
    {
        foreach (var fault in world.Scenario.Faults)
            world.Loop.At(Span.Ms(fault.AtMs), EventKind.Fault, (long)fault.Kind, () => Strike(fault));
    }

    /// <summary>All that can heal heals: nodes come back, links are whole, store, broker and history answer.</summary>
    public void Heal()
    {
        world.FaultsOn = false;
        foreach (var node in world.Cluster.Nodes)
        {
            if (_lost.Contains(node)) continue;
            if (node.Process is { IsAlive: true, IsFrozen: true } frozen) Thaw(frozen);
            if (node.Process is not { IsAlive: true }) world.Cluster.Start(node, Span.Second);
        }
    }

    private void Strike(FaultRow fault)
    {
        if (!world.FaultsOn || (!world.Scenario.Knobs.DurableBroker && IsOfTheBroker(fault.Kind))) return;
        var node = world.Cluster.Nodes[fault.Node % world.Cluster.Nodes.Count];
        if (_lost.Contains(node) || (fault.LengthMs == FaultRow.ForGood && IsLastMember(node))) return;
        world.Faults++;
        world.Reached($"fault: {fault.Kind}");
        world.Story?.Add($"fault {fault.Kind} on {node.Letter} for {fault.LengthMs} ms");
        if (fault.LengthMs == FaultRow.ForGood) _lost.Add(node);
        switch (fault.Kind)
        {
            case FaultKind.Crash: Crash(node, fault.LengthMs); break;
            case FaultKind.CrashAll:
                foreach (var other in world.Cluster.Nodes)
                    if (!_lost.Contains(other)) Crash(other, fault.LengthMs + (other.Index * 150));
                break;
            case FaultKind.Freeze: Freeze(node, fault.LengthMs); break;
            case FaultKind.Stop: Stop(node, fault.LengthMs); break;
            case FaultKind.PartitionHalves: Partition(fault, other => (fault.Argument >> other.Index & 1) == 0, bothWays: true); break;
            case FaultKind.PartitionOne: Partition(fault, other => other == node, bothWays: true); break;
            case FaultKind.PartitionOneWay: Partition(fault, other => other == node, bothWays: false); break;
            case FaultKind.LoseMessages: Last(fault, () => world.Network.LoseMore(3000), () => world.Network.LoseMore(0)); break;
            case FaultKind.ClockStep: node.ClockOff += Span.Ms(fault.LengthMs) * (fault.Argument % 2 == 0 ? 1 : -1); break;
            case FaultKind.ClockOffset: node.ClockOff += Span.Ms(fault.LengthMs / 4) * (fault.Argument % 2 == 0 ? 1 : -1); break;
            default: StrikeOutside(fault, node); break;
        }
    }

    // Once the last member is gone for good, those that it took for gone would be a cluster of their own: no model of that is here.
    private bool IsLastMember(SimNode node)
    {
        foreach (var member in world.Cluster.Members)
            if (member != node.Process && member is { IsAlive: true, IsFrozen: false }) return false;
        return true;
    }

    // The embedded broker is a part of its node.
    private static bool IsOfTheBroker(FaultKind kind) =>
        kind is FaultKind.BrokerAway or FaultKind.BrokerLosesChannel or FaultKind.Purge or FaultKind.MessagesGone;

    private void StrikeOutside(FaultRow fault, SimNode node)
    {
        var actors = node.Process is { } process ? world.ActorsOf(process) : null;
        switch (fault.Kind)
        {
            case FaultKind.StoreStall: world.Store.StallUntil(world.Loop.Now + Span.Ms(fault.LengthMs)); break;
            case FaultKind.StoreAway: Last(fault, world.Store.GoAway, world.Store.ComeBack); break;
            case FaultKind.BrokerAway: Last(fault, world.Broker.GoAway, world.Broker.ComeBack); break;
            case FaultKind.BrokerLosesChannel when node.Process is { IsAlive: true } alive: world.Broker.LoseChannels(alive); break;
            case FaultKind.Purge:
            case FaultKind.MessagesGone:
                foreach (var queue in world.Broker.Queues) world.Broker.Purge(queue, half: fault.Kind == FaultKind.MessagesGone);
                break;
            case FaultKind.HistoryAway: Last(fault, world.History.GoAway, world.History.ComeBack); break;
            case FaultKind.HistorySlow: world.History.SlowUntil(world.Loop.Now + Span.Ms(fault.LengthMs)); break;
            // What may still be known elsewhere is never old enough to go.
            case FaultKind.Prune when world.Scenario.Knobs.RemindMs == 1_000: world.History.Prune(World.Epoch.AddTicks(world.Loop.Now - (40 * Span.Second))); break;
            case FaultKind.RestartShard: InProcess(node, () => actors?.RestartShards()); break;
            case FaultKind.RestartWorker: InProcess(node, () => actors?.RestartWorker()); break;
            case FaultKind.RestartScheduler:
                foreach (var other in world.Cluster.Nodes)
                    if (other.Process is { } home) InProcess(other, () => world.ActorsOf(home)?.RestartScheduler());
                break;
            case FaultKind.MoveShards: InProcess(node, () => Move(actors, fault)); break;
            default: break;
        }
    }

    private void InProcess(SimNode node, Action act)
    {
        if (node.Process is { IsAlive: true } process) process.Plan(world.Loop, 0, EventKind.Fault, node.Index, act);
    }

    private static void Move(NodeActors? actors, FaultRow fault)
    {
        for (var shard = 0; shard < 32; shard++) actors?.MoveShard(shard, fault.LengthMs);
    }

    private void Crash(SimNode node, int length)
    {
        if (node.Process is not { IsAlive: true } process) return;
        world.Cluster.Kill(process, "is killed");
        if (length != FaultRow.ForGood) world.Cluster.Start(node, Span.Ms(length));
    }

    private void Freeze(SimNode node, int length)
    {
        if (node.Process is not { IsAlive: true, IsFrozen: false } process) return;
        process.Freeze();
        // The broker hears no heartbeat and gives what it holds to others.
        world.Loop.After(20 * Span.Second, EventKind.Broker, node.Index, () =>
        {
            if (process.IsFrozen && process.IsAlive) world.Broker.LoseChannels(process);
        });
        if (length != FaultRow.ForGood) world.Loop.After(Span.Ms(length), EventKind.Fault, node.Index, () => Thaw(process));
    }

    private void Thaw(SimProcess process)
    {
        if (!process.IsAlive || !process.IsFrozen) return;
        world.Story?.Add($"{process} thaws");
        process.Thaw(world.Loop);
    }

    private void Stop(SimNode node, int length)
    {
        if (node.Process is not { IsAlive: true, IsLeaving: false } process) return;
        process.Plan(world.Loop, 0, EventKind.Fault, node.Index, () => world.ActorsOf(process)?.BeginStop());
        ComeBack(node, process, length);
    }

    private void ComeBack(SimNode node, SimProcess process, int length) => world.Loop.After(Span.Ms(Math.Max(length, 500)), EventKind.Fault, node.Index, () =>
    {
        if (process.IsAlive) ComeBack(node, process, length);
        else if (node.Process == process) world.Cluster.Start(node, Span.Second);
    });

    private void Partition(FaultRow fault, Func<SimNode, bool> isOnOneSide, bool bothWays)
    {
        var cut = new List<(int From, int To)>();
        foreach (var a in world.Cluster.Nodes)
            foreach (var b in world.Cluster.Nodes)
                if (isOnOneSide(a) && !isOnOneSide(b))
                {
                    cut.Add((a.Index, b.Index));
                    if (bothWays) cut.Add((b.Index, a.Index));
                }
        Last(fault, () => cut.ForEach(link => world.Network.Cut(link.From, link.To)), () => cut.ForEach(link => world.Network.Mend(link.From, link.To)));
    }

    // Nothing outlasts the active time, but what is there for good.
    private void Last(FaultRow fault, Action begin, Action end)
    {
        begin();
        if (fault.LengthMs == FaultRow.ForGood) return;
        var until = Math.Min(world.Loop.Now + Span.Ms(fault.LengthMs), Span.Ms(world.Scenario.ActiveMs));
        world.Loop.At(until, EventKind.Fault, (long)fault.Kind, end);
    }
}
