using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>Where a test puts a bug in: between a machine and what is outside of it. The product has no switches for it; this one changes nothing.</summary>
public class Seam
{
    /// <summary>Nothing is planted.</summary>
    public static readonly Seam Clean = new();

    /// <summary>Whether a writer goes on after a silence in which it may have been replaced.</summary>
    public virtual bool IgnoresSilence => false;

    /// <summary>Whether a number of a journal can be taken once only.</summary>
    public virtual bool IsFenced => true;

    /// <summary>The machine that takes the place of one.</summary>
    public virtual IMachine<TEvent> Wrap<TEvent>(Host host, IMachine<TEvent> machine) => machine;

    /// <summary>Before a machine gets a message; false loses it.</summary>
    public virtual bool MayReceive(Host host, ref object message) => true;

    /// <summary>What time a machine is told.</summary>
    public virtual Moment MomentOf(Host host, Moment now) => now;

    /// <summary>After a machine has decided.</summary>
    public virtual void Decided<TEvent>(Host host, object message, Decision<TEvent> decision)
    {
    }

    /// <summary>Before an entry is written.</summary>
    public virtual void Writing<TEvent>(Host host, ref ImmutableArray<TEvent> entry)
    {
    }

    /// <summary>Before an effect is carried out; false loses it.</summary>
    public virtual bool MayCarry(Host host, ref Effect effect) => true;

    /// <summary>Under which number a snapshot is saved.</summary>
    public virtual long SnapshotNumber(long number) => number;

    /// <summary>Up to which entry the journal is trimmed when a snapshot has been saved.</summary>
    public virtual long TrimThrough(long snapshot, long decided) => decided;

    /// <summary>Called when a process starts.</summary>
    public virtual void Started(SimProcess process)
    {
    }
}
