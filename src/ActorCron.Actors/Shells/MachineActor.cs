using ActorCron.Core.Machines;
using Akka.Actor;
using Akka.Event;
using Address = ActorCron.Core.Machines.Address;

namespace ActorCron.Actors.Shells;

/// <summary>The shell of a machine that stores nothing: a message in, a step, its effects out.</summary>
public abstract class MachineActor : UntypedActor, IWithTimers
{
    private readonly IMachine<NoEvent> _machine;
    private readonly ProcessClock _clock;
    private readonly Decision<NoEvent> _decision = new();
    private readonly IActorRef? _shards;
    private EffectRunner? _effects;

    /// <param name="machine">What decides.</param>
    /// <param name="time">The clock.</param>
    /// <param name="shards">The region of the run shards, where the machine sends something there.</param>
    protected MachineActor(IMachine<NoEvent> machine, TimeProvider time, IActorRef? shards = null) =>
        (_machine, _clock, _shards) = (machine, new ProcessClock(time), shards);

    private EffectRunner Effects => _effects ??= new EffectRunner(Context, Timers, Log, _shards);

    /// <summary>The timers of the machine, by their names.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The actor's log.</summary>
    protected ILoggingAdapter Log { get; } = Context.GetLogger();

    /// <inheritdoc />
    protected override void PreStart()
    {
        base.PreStart();
        Step(Recovered.Instance, Address.Nobody);
    }

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        if (Effects.Whole(message) is { } whole && Translate(whole) is { } translated) Step(translated, new Address(Sender));
    }

    /// <summary>Turns what an adapter or Akka says into a message of the machine; null where the shell has dealt with it.</summary>
    protected virtual object? Translate(object message) => message;

    /// <summary>Carries out an effect that only this machine asks for.</summary>
    protected virtual void CarryOut(Effect effect) => throw new ArgumentOutOfRangeException(nameof(effect), effect, "No one carries this effect out.");

    /// <summary>Has the machine decide on a message, and carries the decision out.</summary>
    protected void Step(object message, Address from)
    {
        _machine.Step(message, from, _clock.Now, _decision);
        Run(_decision.AtOnce);
        Run(_decision.Effects);
        _decision.Clear();
    }

    private void Run(List<Effect> effects)
    {
        foreach (var effect in effects)
            if (!Effects.TryCarryOut(effect)) CarryOut(effect);
    }
}
