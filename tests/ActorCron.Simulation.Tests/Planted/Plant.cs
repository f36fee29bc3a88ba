using ActorCron.Core.Machines;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Tests.Planted;

/// <summary>A bug between a machine and what is outside of it, made of small functions.</summary>
public sealed class Plant : Seam
{
    /// <summary>What becomes of a message; null loses it.</summary>
    public Func<Host, object, object?>? Message { get; init; }

    /// <summary>What becomes of an effect; null loses it.</summary>
    public Func<Host, Effect, Effect?>? Effect { get; init; }

    /// <summary>What becomes of the time that a machine is told.</summary>
    public Func<Host, Moment, Moment>? Time { get; init; }

    /// <summary>What becomes of a run shard's decision.</summary>
    public Action<Host, object, Decision<Core.Runs.RunEvent>>? Shard { get; init; }

    /// <summary>What becomes of an entry of a run shard's journal.</summary>
    public Func<System.Collections.Immutable.ImmutableArray<Core.Runs.RunEvent>, System.Collections.Immutable.ImmutableArray<Core.Runs.RunEvent>>? Entry { get; init; }

    public Func<long, long>? Snapshot { get; init; }
    public Func<long, long>? Trim { get; init; }
    public bool Unfenced { get; init; }
    public bool Deaf { get; init; }

    public override bool IsFenced => !Unfenced;
    public override bool IgnoresSilence => Deaf;

    public override bool MayReceive(Host host, ref object message)
    {
        if (Message is null) return true;
        if (Message(host, message) is not { } changed) return false;
        message = changed;
        return true;
    }

    public override bool MayCarry(Host host, ref Effect effect)
    {
        if (Effect is null) return true;
        if (Effect(host, effect) is not { } changed) return false;
        effect = changed;
        return true;
    }

    public override Moment MomentOf(Host host, Moment now) => Time?.Invoke(host, now) ?? now;

    public override void Decided<TEvent>(Host host, object message, Decision<TEvent> decision)
    {
        if (decision is Decision<Core.Runs.RunEvent> shard) Shard?.Invoke(host, message, shard);
    }

    public override void Writing<TEvent>(Host host, ref System.Collections.Immutable.ImmutableArray<TEvent> entry)
    {
        if (Entry is not null && entry is System.Collections.Immutable.ImmutableArray<Core.Runs.RunEvent> events)
            entry = (System.Collections.Immutable.ImmutableArray<TEvent>)(object)Entry(events);
    }

    public override long SnapshotNumber(long number) => Snapshot?.Invoke(number) ?? number;

    public override long TrimThrough(long snapshot, long decided) => Trim?.Invoke(snapshot) ?? decided;
}

/// <summary>A bug, the promises that it breaks, and a seed near which it shows.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Make">Makes its seam, one for each seed.</param>
/// <param name="Breaks">Any of these promises.</param>
public sealed record PlantedBug(string Name, Func<Seam> Make, params string[] Breaks)
{
    /// <summary>Where to look first.</summary>
    public ulong Seed { get; init; } = 1;

    public override string ToString() => Name;
}
