using System.Collections.Immutable;
using ActorCron.Core.Machines;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Address = ActorCron.Core.Machines.Address;

namespace ActorCron.Actors.Shells;

/// <summary>The shell of a machine that stores: a message in, a step, its events into the journal in groups, its effects out once they are stored.
/// A failed write ends the actor, and with it all that was told to nobody; its supervisor starts it again from the journal.</summary>
/// <typeparam name="TEvent">The machine's events.</typeparam>
public abstract class PersistentMachineActor<TEvent> : UntypedPersistentActor, IWithTimers
{
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(10);

    // How long this process was frozen is no matter of the product's clock, which a test may set.
    private readonly ProcessClock _alive = new(TimeProvider.System);
    private readonly ProcessClock _clock;
    private readonly IMachine<TEvent> _machine;
    private readonly CommitQueue<TEvent> _queue;
    private readonly Decision<TEvent> _decision = new();
    private readonly IActorRef? _shards;
    private EffectRunner? _effects;

    /// <param name="persistenceId">Names its journal.</param>
    /// <param name="machine">What decides.</param>
    /// <param name="time">The clock.</param>
    /// <param name="settings">How its events are stored.</param>
    /// <param name="shards">The region of the run shards, where the machine sends something there.</param>
    protected PersistentMachineActor(string persistenceId, IMachine<TEvent> machine, TimeProvider time, CommitSettings settings, IActorRef? shards = null)
    {
        (PersistenceId, _machine, _clock, _shards) = (persistenceId, machine, new ProcessClock(time), shards);
        _queue = new CommitQueue<TEvent>(settings, SizeOf, ToSnapshot, _alive.Now.Elapsed);
    }

    /// <inheritdoc />
    public override string PersistenceId { get; }

    private EffectRunner Effects => _effects ??= new EffectRunner(Context, Timers, Log, _shards);

    /// <summary>The timers of the machine, by their names.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The events as one journal entry.</summary>
    protected abstract object ToEntry(ImmutableArray<TEvent> events);

    /// <summary>The events of an entry that was stored; null for what is no entry.</summary>
    protected abstract IEnumerable<TEvent>? EventsOf(object entry);

    /// <summary>The state as one immutable snapshot: later events are applied while it is being saved.</summary>
    protected abstract object ToSnapshot();

    /// <summary>Takes a snapshot in.</summary>
    protected abstract void Restore(object snapshot);

    /// <summary>About how many bytes an event takes.</summary>
    protected abstract int SizeOf(TEvent decided);

    /// <summary>Turns what an adapter or Akka says into a message of the machine; null where the shell has dealt with it.</summary>
    protected virtual object? Translate(object message) => message;

    /// <summary>Carries out an effect that only this machine asks for.</summary>
    protected virtual void CarryOut(Effect effect) => throw new ArgumentOutOfRangeException(nameof(effect), effect, "No one carries this effect out.");

    /// <summary>Called once the journal has been read; the machine is then told <see cref="Recovered"/>.</summary>
    protected virtual void OnRecovered() { }

    /// <inheritdoc />
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer offer:
                Restore(offer.Snapshot);
                _queue.SnapshotSaved(offer.Metadata.SequenceNr, _alive.Now.Elapsed);
                break;
            case RecoveryCompleted:
                Timers.StartPeriodicTimer(nameof(Alive), Alive.Instance, AliveEvery);
                OnRecovered();
                Step(Core.Machines.Recovered.Instance, Address.Nobody);
                break;
            default:
                foreach (var e in EventsOf(message) ?? throw new ArgumentException($"{message.GetType()} is no entry of {PersistenceId}.", nameof(message))) _machine.Apply(e);
                break;
        }
    }

    /// <inheritdoc />
    protected override void OnCommand(object message)
    {
        if (!_queue.IsAlive(_alive.Now.Elapsed)) StartAgain();
        else if (message is SaveSnapshotSuccess saved) OnSnapshotSaved(saved.Metadata.SequenceNr);
        else if (!IsHousekeeping(message) && Effects.Whole(message) is { } whole && Translate(whole) is { } translated) Step(translated, new Address(Sender));
    }

    /// <summary>Has the machine decide on a message, stores its events and carries its effects out.</summary>
    protected void Step(object message, Address from)
    {
        _machine.Step(message, from, _clock.Now, _decision);
        Run(_decision.AtOnce);
        _queue.Add(_decision);
        _decision.Clear();
        Pump();
    }

    /// <inheritdoc />
    protected override void OnReplaySuccess() => RecoveryTroubles.Of(Context.System).Recovered(PersistenceId, Log);

    /// <inheritdoc />
    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        RecoveryTroubles.Of(Context.System).Failed(PersistenceId, LastSequenceNr, reason, Log);

    /// <inheritdoc />
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "{0} could not store entry {1}; it starts again from its journal", PersistenceId, sequenceNr);

    /// <inheritdoc />
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // The state is ahead of the journal now: only a fresh start from the journal is safe.
        Log.Error(cause, "The journal refused entry {1} of {0}; it starts again from its journal", PersistenceId, sequenceNr);
        Context.Stop(Self);
    }

    private void Pump()
    {
        Run(_queue.TakeReleased());
        if (_queue.TryBegin(out var entry)) PersistAsync(ToEntry(entry), _ => OnStored());
    }

    private void OnStored()
    {
        if (!_queue.IsAlive(_alive.Now.Elapsed))
        {
            StartAgain();
            return;
        }
        if (_queue.Stored() is { } snapshot) SaveSnapshot(snapshot);
        Pump();
    }

    private void OnSnapshotSaved(long number)
    {
        DeleteSnapshots(new SnapshotSelectionCriteria(number - 1));
        if (_queue.SnapshotSaved(number, _alive.Now.Elapsed) is > 0 and var upTo) DeleteMessages(upTo);
    }

    private void StartAgain()
    {
        Log.Warning("{0} was away for too long and may have been replaced; it starts again from its journal", PersistenceId);
        Context.Stop(Self);
    }

    private bool IsHousekeeping(object message)
    {
        if (message is SaveSnapshotFailure snapshot) Log.Warning(snapshot.Cause, "Snapshot of {0} failed; the journal still has everything", PersistenceId);
        else if (message is DeleteMessagesFailure entries) Log.Warning(entries.Cause, "Old journal entries of {0} could not be deleted", PersistenceId);
        else if (message is DeleteSnapshotsFailure old) Log.Warning(old.Cause, "Old snapshots of {0} could not be deleted", PersistenceId);
        else return message is DeleteMessagesSuccess or DeleteSnapshotsSuccess or Alive;
        return true;
    }

    private void Run(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
            if (!Effects.TryCarryOut(effect)) CarryOut(effect);
    }

    private sealed record Alive : INoSerializationVerificationNeeded
    {
        public static readonly Alive Instance = new();
    }
}
