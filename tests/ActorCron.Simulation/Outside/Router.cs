using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Outside;

/// <summary>Finds who a message is for: actors by their address, shards by where they live, the scheduler by who is the oldest.</summary>
public sealed class Router(World world)
{
    private readonly Draws _draws = new(world.Scenario.Seed, "router");
    private readonly SimProcess?[] _homes = new SimProcess?[RunShards.Count];
    private readonly long[] _movingUntil = new long[RunShards.Count];

    /// <summary>Where a shard lives; null while nowhere.</summary>
    public SimProcess? HomeOf(int shard) => _homes[shard];

    public void Send(Address from, Address to, object message)
    {
        if (to.Reference is not Host host) return;
        var sender = ((Host)from.Reference!).Process;
        world.Network.Send(sender, host.Process, host.Id, () => host.Deliver(message, from));
    }

    public void ToWorker(Host from, string node, object message)
    {
        foreach (var other in world.Cluster.Nodes)
        {
            if (other.Name != node || other.Process is not { IsAlive: true } process) continue;
            world.Network.Send(from.Process, process, from.Id, () => world.ActorsOf(process)?.Worker?.Deliver(message, from.Self));
        }
    }

    /// <summary>To the scheduler of the oldest member that the sender's node knows of.</summary>
    public void ToScheduler(Host from, object message)
    {
        if (from.Process.View.Count == 0) return;
        var oldest = from.Process.View[0];
        world.Network.Send(from.Process, oldest, from.Id, () => world.ActorsOf(oldest)?.Scheduler?.Forward(message, from.Self));
    }

    public void ToShard(Host from, IToShard message)
    {
        var shard = message.Shard;
        // A shard that nobody needs yet: in production the wake-up would start it, to no effect.
        if (message is Wake && _homes[shard] is null && !world.Store.Has(RunShards.PersistenceId(shard))) return;
        if (world.ActorsOf(from.Process)?.ShardOf(shard) is { } local && _movingUntil[shard] <= world.Loop.Now)
        {
            world.Network.Send(from.Process, from.Process, local.Id, () => world.ActorsOf(from.Process)!.ToShard(shard, message, from.Self));
            return;
        }
        if (_movingUntil[shard] > world.Loop.Now)
        {
            Buffer(from, message);
            return;
        }
        if ((_homes[shard] ??= Allocate(from.Process, shard)) is not { } home) return;
        if (world.FaultsOn && _draws.Chance(world.Scenario.Rates.ShardMessageLost))
        {
            world.Reached("message to a shard lost");
            world.Faults++;
            return;
        }
        world.Network.Send(from.Process, home, shard, () => world.ActorsOf(home)?.ToShard(shard, message, from.Self));
    }

    // While a shard moves its messages wait; some are dropped, as by a buffer that is full.
    private void Buffer(Host from, IToShard message)
    {
        world.Reached("message waits while its shard moves");
        if (world.FaultsOn && _draws.Chance(500))
        {
            world.Reached("message dropped while its shard moves");
            return;
        }
        from.Process.Plan(world.Loop, _movingUntil[message.Shard] - world.Loop.Now + Span.Millisecond, EventKind.Message, message.Shard, () => ToShard(from, message));
    }

    /// <summary>Whether a node is to run a shard that a message has come for.</summary>
    public bool IsHome(int shard, SimProcess process) => _homes[shard] == process;

    /// <summary>A member is gone: its shards live nowhere until someone needs them.</summary>
    public void MemberRemoved(SimProcess process)
    {
        for (var shard = 0; shard < _homes.Length; shard++)
            if (_homes[shard] == process) Release(shard, 100 + _draws.Below(2000));
    }

    /// <summary>Takes a shard from its home; it is handed over to another.</summary>
    public void Release(int shard, int milliseconds)
    {
        _homes[shard] = null;
        _movingUntil[shard] = world.Loop.Now + Span.Ms(milliseconds);
    }

    private SimProcess? Allocate(SimProcess asker, int shard)
    {
        if (!world.Cluster.IsMember(asker) || !world.Cluster.IsInMajority(asker)) return null;
        SimProcess? best = null;
        var fewest = int.MaxValue;
        foreach (var member in world.Cluster.Members)
        {
            if (member.IsLeaving || !asker.View.Contains(member)) continue;
            var count = 0;
            foreach (var home in _homes)
                if (home == member) count++;
            if (count >= fewest) continue;
            (best, fewest) = (member, count);
        }
        if (best is not null) world.Story?.Add($"shard {shard} lives on {best}");
        return best;
    }
}
