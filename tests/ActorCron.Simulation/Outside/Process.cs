using ActorCron.Core.Machines;
using ActorCron.Simulation.Engine;

namespace ActorCron.Simulation.Outside;

/// <summary>A machine of the cluster: processes come and go on it, its clock and address stay.</summary>
public sealed class SimNode(int index)
{
    public int Index { get; } = index;
    public string Name { get; } = $"n{(char)('a' + index)}:1";
    public string Letter { get; } = ((char)('A' + index)).ToString();

    /// <summary>How far its clock is off, in ticks.</summary>
    public long ClockOff { get; set; }

    /// <summary>The process that runs on it; null while none does.</summary>
    public SimProcess? Process { get; set; }

    /// <summary>Counts the starts that were asked for, so that an earlier one does not count any more.</summary>
    public int Starts { get; set; }
}

/// <summary>One life of a node: what it holds in memory ends with it.</summary>
public sealed class SimProcess(SimNode node, int uid, long startedAt)
{
    private readonly List<(EventKind Kind, long Id, Action Act)> _whileFrozen = [];

    public SimNode Node { get; } = node;

    public long StartedAt { get; } = startedAt;

    /// <summary>The member's incarnation.</summary>
    public int Uid { get; } = uid;

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    /// <summary>Whether it is stopping cleanly.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The members that it knows of, the oldest first.</summary>
    public List<SimProcess> View { get; } = [];

    /// <summary>The version of the membership that <see cref="View"/> shows.</summary>
    public int ViewVersion { get; set; }

    public Moment MomentAt(long now) => new(World.Epoch.AddTicks(now + Node.ClockOff), TimeSpan.FromTicks(now - StartedAt));

    public void Die()
    {
        IsAlive = false;
        _whileFrozen.Clear();
    }

    public void Freeze() => IsFrozen = true;

    /// <summary>Goes on; what came meanwhile happens now, in its order.</summary>
    public void Thaw(EventLoop loop)
    {
        IsFrozen = false;
        foreach (var (kind, id, act) in _whileFrozen) Plan(loop, 0, kind, id, act);
        _whileFrozen.Clear();
    }

    /// <summary>Plans something that happens in this process: never once it is dead, and not before it thaws.</summary>
    public void Plan(EventLoop loop, long after, EventKind kind, long id, Action act) => loop.After(after, kind, id, () => Do(kind, id, act));

    /// <summary>Does it now, or when it thaws.</summary>
    public void Do(EventKind kind, long id, Action act)
    {
        if (!IsAlive) return;
        if (IsFrozen) _whileFrozen.Add((kind, id, act));
        else act();
    }

    public override string ToString() => $"{Node.Letter}{Uid}";
}
