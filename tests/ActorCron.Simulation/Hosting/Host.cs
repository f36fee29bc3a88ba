using ActorCron.Core;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>What stands where an actor stands in production: it gets messages one at a time, in one process, and ends with it.</summary>
public abstract class Host(World world, SimProcess process, string name)
{
    private readonly Dictionary<string, long> _timers = new(StringComparer.Ordinal);
    private readonly long _id = (long)StableHash.Of(name);
    private long _timerVersion;

    public World World { get; } = world;
    public SimProcess Process { get; } = process;
    public string Name { get; } = name;

    /// <summary>Names it in the digest.</summary>
    public long Id => _id;

    public bool IsStopped { get; private set; }

    public Address Self => new(this);

    /// <summary>Handles one message.</summary>
    public abstract void Receive(object message, Address from);

    /// <summary>A message from within its process, or that has come through the network.</summary>
    public void Deliver(object message, Address from)
    {
        if (!IsStopped && Process.IsAlive) Receive(message, from);
    }

    /// <summary>Ends it: what it holds in memory is gone, its timers too.</summary>
    public virtual void Stop()
    {
        IsStopped = true;
        _timers.Clear();
    }

    /// <summary>Carries an effect out that every machine may ask for.</summary>
    protected void Carry(Effect effect)
    {
        if (!World.Seam.MayCarry(this, ref effect)) return;
        switch (effect)
        {
            case Effect.Send send: World.Router.Send(Self, send.To, send.Message); break;
            case SendToShard send: World.Router.ToShard(this, send.Message); break;
            case Effect.SendToWorker send: World.Router.ToWorker(this, send.Node, send.Message); break;
            case Effect.Arm arm: Arm(arm.Timer, arm.After); break;
            case Effect.Log log: World.Story?.Add($"{Process} {Name}: {log.Text}"); break;
            default:
                if (!CarryOut(effect)) throw new NotSupportedException($"{Name} asks for {effect.GetType().Name}, which nobody carries out.");
                break;
        }
    }

    /// <summary>Carries an effect of its own machine out; false where it knows none such.</summary>
    protected abstract bool CarryOut(Effect effect);

    private void Arm(string timer, TimeSpan after)
    {
        var version = _timers[timer] = ++_timerVersion;
        var late = World.TimerLate();
        Process.Plan(World.Loop, after.Ticks + late, EventKind.Timer, _id, () => Fire(timer, version));
    }

    private void Fire(string timer, long version)
    {
        if (IsStopped || !_timers.TryGetValue(timer, out var armed) || armed != version) return;
        _timers.Remove(timer);
        Receive(new Due(timer), Self);
        if (World.TimerTwice() && !IsStopped) Receive(new Due(timer), Self);
    }
}
