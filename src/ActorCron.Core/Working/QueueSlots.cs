using ActorCron.Core.Messages;

namespace ActorCron.Core.Working;

/// <summary>What the worker knows of one of its queues: what it holds of it, and what it may.</summary>
internal sealed class QueueSlots(string name, bool isLimited)
{
    private Potential? _potential;

    public string Name { get; } = name;

    /// <summary>Attempts that count as held: until they are settled.</summary>
    public int Taken { get; set; }

    /// <summary>Those among them that an earlier life left at work: no delivery holds credit for them, so the consumer is to hold the fewer.</summary>
    public int Inherited { get; set; }

    /// <summary>Those among them that have not been offered to their shard.</summary>
    public int Unoffered { get; set; }

    /// <summary>Those among them that wait for a start.</summary>
    public Queue<Attempt> Gated { get; } = new();

    public long Finished { get; set; }

    /// <summary>The credit that its consumer was last told; null before the first.</summary>
    public int? Allowed { get; set; }

    /// <summary>Whether the queue has limits across nodes, as far as this node knows.</summary>
    public bool IsLimited { get; private set; } = isLimited;

    private int? Concurrency { get; set; } = isLimited ? 0 : null;
    private int? Starts { get; set; } = isLimited ? 0 : null;

    /// <summary>Deliveries at most, by its permits.</summary>
    public int Permitted
    {
        get
        {
            var permitted = Concurrency is { } concurrency ? Math.Max(0, concurrency - Inherited) : int.MaxValue;
            return Starts is { } starts ? Math.Min(permitted, Taken - Inherited - Unoffered + Math.Max(1, starts)) : permitted;
        }
    }

    /// <summary>Uses one start up, where they are counted.</summary>
    public bool TryUseStart()
    {
        if (Starts is not { } starts) return true;
        if (starts == 0) return false;
        Starts = starts - 1;
        return true;
    }

    public void Grant(QueueGrant grant)
    {
        IsLimited = true;
        Concurrency = grant.Concurrency;
        Starts = grant.Starts is { } more ? more + (Starts ?? 0) : null;
    }

    /// <summary>Starts are not saved up for a burst.</summary>
    public void ForgetUnusedStarts()
    {
        if (Taken == 0 && Starts is > 0) Starts = 0;
    }

    public void Heard(Potential? potential) => _potential = potential;

    /// <summary>What the limiter is asked.</summary>
    public QueueNeed Need()
    {
        var allowed = Allowed ?? 0;
        // What the consumer said before it heard of the newest allowance says little.
        var onItsWay = _potential is null ? allowed : _potential.Allowed == allowed ? _potential.Count : Math.Max(_potential.Count, allowed);
        return new QueueNeed(Name, Taken, Starts ?? 0, Math.Max(Taken, Math.Max(Concurrency ?? 0, onItsWay)), Gated.Count);
    }
}
