using ActorCron.Core.Machines;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>Runs a machine that stores nothing.</summary>
public abstract class MachineHost : Host
{
    private readonly Decision<NoEvent> _decision = new();
    private readonly IMachine<NoEvent> _machine;

    protected MachineHost(World world, SimProcess process, string name, IMachine<NoEvent> machine) : base(world, process, name) =>
        _machine = world.Seam.Wrap(this, machine);

    public override void Receive(object message, Address from)
    {
        if (!World.Seam.MayReceive(this, ref message)) return;
        var now = World.Seam.MomentOf(this, Process.MomentAt(World.Loop.Now));
        _decision.Clear();
        _machine.Step(message, from, now, _decision);
        World.Loop.Digest.Mix((ulong)((_decision.Effects.Count * 64) + _decision.AtOnce.Count));
        foreach (var effect in _decision.AtOnce) Carry(effect);
        foreach (var effect in _decision.Effects) Carry(effect);
    }
}
