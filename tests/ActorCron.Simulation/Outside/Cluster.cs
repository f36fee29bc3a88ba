using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Outside;

/// <summary>Who is a member: a model of Akka's failure detector and its keep-majority resolver. The majority removes who cannot be reached for
/// long enough; who finds itself in the minority ends itself; each node learns of a change at a time of its own.</summary>
public sealed class Cluster
{
    private const long TickEvery = 500 * Span.Millisecond;

    private readonly World _world;
    private readonly Draws _draws;
    private readonly long _detect;
    private readonly Dictionary<int, long> _unreachableSince = [];
    private readonly List<SimProcess> _members = [];
    private int _uids;

    public Cluster(World world, int nodes)
    {
        (_world, _draws, _detect) = (world, new Draws(world.Scenario.Seed, "cluster"), Span.Ms(world.Scenario.Knobs.DetectMs));
        for (var i = 0; i < nodes; i++) Nodes.Add(new SimNode(i));
    }

    public List<SimNode> Nodes { get; } = [];

    /// <summary>The members as the majority sees them, the oldest first.</summary>
    public IReadOnlyList<SimProcess> Members => _members;

    /// <summary>Counts the changes of <see cref="Members"/>.</summary>
    public int Version { get; private set; }

    public bool IsMember(SimProcess process) => _members.Contains(process);

    /// <summary>Whether a process can talk to most members: only then can it allocate shards or join.</summary>
    public bool IsInMajority(SimProcess process)
    {
        var reachable = 0;
        foreach (var member in _members)
            if (member.IsAlive && !member.IsFrozen && _world.Network.IsOpen(process.Node, member.Node)) reachable++;
        return 2 * reachable > _members.Count;
    }

    public void Begin()
    {
        foreach (var node in Nodes) Start(node, _draws.Below(300) * Span.Millisecond);
        Tick();
    }

    /// <summary>Starts a process on a node, where none runs when its time has come.</summary>
    public void Start(SimNode node, long after)
    {
        var start = ++node.Starts;
        _world.Loop.After(after, EventKind.Process, node.Index, () =>
        {
            if (start != node.Starts || node.Process is { IsAlive: true }) return;
            node.Process = new SimProcess(node, ++_uids, _world.Loop.Now);
            _world.Story?.Add($"{node.Process} starts");
            TryJoin(node.Process);
        });
    }

    /// <summary>Ends a process at once.</summary>
    public void Kill(SimProcess process, string how)
    {
        if (!process.IsAlive) return;
        _world.Story?.Add($"{process} {how}");
        _world.Oracle.ProcessEnds(process);
        process.Die();
        _world.ActorsOf(process)?.Die();
        _world.Broker.LoseChannels(process);
        if (!_world.Scenario.Knobs.DurableBroker) _world.Broker.Die();
    }

    /// <summary>Takes a member out that has stopped cleanly.</summary>
    public void Leave(SimProcess process)
    {
        Kill(process, "has stopped");
        Remove(process);
    }

    private void TryJoin(SimProcess process)
    {
        if (!process.IsAlive) return;
        var old = _members.Find(member => member.Node == process.Node);
        if (_members.Count > 0 && !CanJoin(process))
        {
            process.Plan(_world.Loop, Span.Second, EventKind.Membership, process.Uid, () => TryJoin(process));
            Dissolve(process);
            return;
        }
        // Who comes back under the same address takes the place of who it was before.
        if (old is not null) Remove(old);
        _members.Add(process);
        Version++;
        _world.Story?.Add($"{process} is a member");
        _world.Join(process);
        Spread();
    }

    // Nobody answers: after some time who waits forms the cluster anew.
    private void Dissolve(SimProcess waiting)
    {
        if (_members.Exists(member => member.IsAlive && !member.IsFrozen) || _world.Loop.Now - waiting.StartedAt < _detect + Span.Second) return;
        foreach (var member in _members.ToArray()) Remove(member);
    }

    private bool CanJoin(SimProcess process)
    {
        var reachable = 0;
        var others = 0;
        foreach (var member in _members)
        {
            if (member.Node == process.Node) continue;
            others++;
            if (member.IsAlive && !member.IsFrozen && _world.Network.IsOpen(process.Node, member.Node)) reachable++;
        }
        return others == 0 || 2 * reachable >= _members.Count;
    }

    private void Remove(SimProcess process)
    {
        if (!_members.Remove(process)) return;
        Version++;
        _unreachableSince.Remove(process.Uid);
        _world.Story?.Add($"{process} is removed from the cluster");
        _world.Reached("member removed");
        _world.Oracle.MemberRemoved(process);
        _world.Router.MemberRemoved(process);
        Spread();
    }

    private void Tick() => _world.Loop.After(TickEvery, EventKind.Membership, 0, () =>
    {
        Look();
        Spread();
        Tick();
    });

    private void Look()
    {
        var majority = Majority();
        if (majority is null && !_members.Exists(member => member.IsAlive))
        {
            // All are gone: whoever starts first forms the cluster anew.
            foreach (var member in _members.ToArray()) Remove(member);
            return;
        }
        var now = _world.Loop.Now;
        foreach (var member in _members.ToArray())
        {
            if (majority is not null && majority.Contains(member))
            {
                _unreachableSince.Remove(member.Uid);
                continue;
            }
            if (!_unreachableSince.TryGetValue(member.Uid, out var since)) _unreachableSince[member.Uid] = now;
            else if (now - since > _detect + (_draws.Below(1500) * Span.Millisecond)) Resolve(member, majority is not null);
        }
        FindRemoved();
    }

    private void Resolve(SimProcess member, bool hasMajority)
    {
        if (hasMajority) Remove(member);
        // Nobody has a majority: each that lives ends itself, and the cluster forms anew.
        else if (member.IsAlive && !member.IsFrozen) Down(member);
    }

    // Who has been removed and lives learns of it some time after it can talk again, or by itself in its minority.
    private void FindRemoved()
    {
        foreach (var node in Nodes)
        {
            if (node.Process is not { IsAlive: true, IsFrozen: false, ViewVersion: > 0 } process || _members.Contains(process)) continue;
            if (_draws.Chance(3000)) Down(process);
            else _world.Reached("a removed node still acts");
        }
    }

    private void Down(SimProcess process)
    {
        Kill(process, "finds itself removed and ends");
        Start(process.Node, (1 + _draws.Below(4)) * Span.Second);
    }

    private List<SimProcess>? Majority()
    {
        List<SimProcess>? best = null;
        foreach (var first in _members)
        {
            if (!first.IsAlive || first.IsFrozen) continue;
            var group = new List<SimProcess>();
            foreach (var member in _members)
                if (member.IsAlive && !member.IsFrozen && group.TrueForAll(other => _world.Network.IsOpen(other.Node, member.Node)) && _world.Network.IsOpen(first.Node, member.Node))
                    group.Add(member);
            if (best is null || group.Count > best.Count) best = group;
        }
        if (best is null) return null;
        return 2 * best.Count > _members.Count || (2 * best.Count == _members.Count && best.Contains(_members[0])) ? best : null;
    }

    // Gossip: who can reach the majority learns of the newest members a little later, each at a time of its own.
    private void Spread()
    {
        foreach (var node in Nodes)
        {
            if (node.Process is not { IsAlive: true } process || process.ViewVersion == Version || !_members.Contains(process)) continue;
            process.Plan(_world.Loop, _draws.Around(100 * Span.Millisecond), EventKind.Membership, process.Uid, () => Learn(process));
        }
    }

    private void Learn(SimProcess process)
    {
        if (process.ViewVersion == Version || !_members.Contains(process) || (_members.Count > 1 && !IsInMajority(process))) return;
        process.ViewVersion = Version;
        var gone = new List<SimProcess>();
        foreach (var known in process.View)
            if (!_members.Contains(known)) gone.Add(known);
        process.View.Clear();
        process.View.AddRange(_members);
        _world.ActorsOf(process)?.OnMembers(gone);
    }
}
