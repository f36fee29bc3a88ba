using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>Runs a machine that stores: recovers it, writes in groups, carries effects out when what stands before them is stored. A failed
/// write ends it; whoever owns it starts it again from the journal.</summary>
public abstract class PersistentHost<TEvent> : Host
{
    private readonly Decision<TEvent> _decision = new();
    private readonly List<(object Message, Address From)> _stash = [];
    private readonly IMachine<TEvent> _machine;
    private readonly CommitSettings _settings;
    private readonly Queue<(long Events, long Entries)> _promised = new();
    private CommitQueue<TEvent>? _commits;
    private long _decidedEvents;
    private long _storedEvents;
    private long _begunEntries;
    private long _storedEntries;
    private long _number;

    protected PersistentHost(World world, SimProcess process, string name, string persistenceId, CommitSettings settings, IMachine<TEvent> machine)
        : base(world, process, name) => (PersistenceId, _settings, _machine) = (persistenceId, settings, world.Seam.Wrap(this, machine));

    public string PersistenceId { get; }

    /// <summary>Called once when it ends by itself: a write failed, or it was silent for too long.</summary>
    public Action<string>? Ended { get; set; }

    public bool HasRecovered => _commits is not null;

    /// <summary>Whether all that was decided is stored.</summary>
    public bool IsIdle => _commits is { IsIdle: true };

    /// <summary>About how many bytes an event takes.</summary>
    protected abstract int SizeOf(TEvent decided);

    /// <summary>The machine's state as it is stored.</summary>
    public abstract object Capture();

    protected abstract void Restore(object snapshot);

    /// <summary>What the shell tells its machine before anything else, once it has recovered.</summary>
    protected virtual void Begin() => Receive(Recovered.Instance, Self);

    /// <summary>Starts it: reads the journal, then begins.</summary>
    public void Start() => World.Store.Read(Process, PersistenceId, state =>
    {
        if (IsStopped) return;
        if (state is null) End("the store does not answer");
        else Recover(state);
    });

    public override void Receive(object message, Address from)
    {
        if (_commits is null)
        {
            _stash.Add((message, from));
            return;
        }
        if (!World.Seam.MayReceive(this, ref message)) return;
        var now = World.Seam.MomentOf(this, Process.MomentAt(World.Loop.Now));
        if (!_commits.IsAlive(now.Elapsed) && !World.Seam.IgnoresSilence)
        {
            World.Reached("writer silent for too long");
            End("was silent for too long");
            return;
        }
        _decision.Clear();
        _machine.Step(message, from, now, _decision);
        World.Seam.Decided(this, message, _decision);
        World.Loop.Digest.Mix((ulong)((_decision.Events.Count * 4096) + (_decision.Effects.Count * 64) + _decision.AtOnce.Count));
        if (World.Story is not null)
            foreach (var e in _decision.Events) World.Story.Add($"{Process} {Name}: {Words.Of(e)}");
        Promise();
        _commits.Add(_decision);
        foreach (var effect in _decision.AtOnce)
        {
            if (!PromisesNothing(effect)) throw new BrokenPromiseException("no effect before its events", $"{Process} {Name} has {effect} done at once", "");
            Carry(effect);
        }
        Flush();
    }

    /// <summary>Whether an effect may be carried out before the events of its decision are stored.</summary>
    protected virtual bool PromisesNothing(Effect effect) => effect is Effect.Arm or Effect.Log;

    // The simulator's own account of what must be stored before each effect.
    private void Promise()
    {
        _decidedEvents += _decision.Events.Count;
        foreach (var _ in _decision.Effects) _promised.Enqueue((_decidedEvents, _decision.MustWrite ? _begunEntries + 1 : 0));
    }

    private void Keep(Effect effect)
    {
        var (events, entries) = _promised.Dequeue();
        if (events > _storedEvents || entries > _storedEntries) throw new BrokenPromiseException("no effect before its events", $"{Process} {Name} has {effect} done too early", "");
        Carry(effect);
    }

    private void Recover(StoredState state)
    {
        if (state.Snapshot is { } snapshot) Restore(snapshot.State);
        foreach (var entry in state.Entries)
            foreach (var e in (ImmutableArray<TEvent>)entry.Entry) _machine.Apply(e);
        var elapsed = Process.MomentAt(World.Loop.Now).Elapsed;
        _number = state.Highest;
        _commits = new CommitQueue<TEvent>(_settings, SizeOf, Capture, elapsed);
        if (state.Snapshot is { } recovered) _commits.SnapshotSaved(recovered.Number, elapsed);
        World.Story?.Add($"{Process} {Name} has recovered {state.Entries.Count} entries after {state.Snapshot?.Number ?? 0}, up to {_number}");
        Begin();
        foreach (var (message, from) in _stash.ToArray())
            if (!IsStopped) Receive(message, from);
        _stash.Clear();
        Beat();
    }

    // Without messages it must notice all the same that it is alive.
    private void Beat() => Process.Plan(World.Loop, _settings.MaxSilence.Ticks / 6, EventKind.Timer, Id, () =>
    {
        if (IsStopped) return;
        if (!_commits!.IsAlive(Process.MomentAt(World.Loop.Now).Elapsed) && !World.Seam.IgnoresSilence) End("was silent for too long");
        else Beat();
    });

    private void Flush()
    {
        foreach (var effect in _commits!.TakeReleased())
            if (!IsStopped) Keep(effect);
        if (IsStopped || !_commits.TryBegin(out var entry)) return;
        var number = ++_number;
        var events = entry.Length;
        _begunEntries++;
        World.Seam.Writing(this, ref entry);
        World.Store.Write(Process, PersistenceId, number, entry, stored =>
        {
            if (IsStopped) return;
            _storedEvents += events;
            _storedEntries++;
            if (stored) OnStored(number);
            else End($"could not store entry {number}");
        });
    }

    private void OnStored(long number)
    {
        if (!_commits!.IsAlive(Process.MomentAt(World.Loop.Now).Elapsed) && !World.Seam.IgnoresSilence)
        {
            End("was silent for too long");
            return;
        }
        var snapshot = _commits.Stored();
        if (snapshot is not null)
        {
            World.Reached("snapshot saved");
            World.Store.SaveSnapshot(Process, PersistenceId, World.Seam.SnapshotNumber(number), snapshot, saved =>
            {
                if (IsStopped || !saved) return;
                var through = World.Seam.TrimThrough(number, _commits.SnapshotSaved(number, Process.MomentAt(World.Loop.Now).Elapsed));
                if (through > 0) World.Reached("journal trimmed");
                World.Store.Delete(PersistenceId, through, number - 1);
            });
        }
        Flush();
    }

    private void End(string why)
    {
        if (IsStopped) return;
        World.Story?.Add($"{Process} {Name} {why}; it starts again from its journal");
        Stop();
        Ended?.Invoke(why);
    }
}
