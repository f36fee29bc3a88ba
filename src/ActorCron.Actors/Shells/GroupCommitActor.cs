using System.Collections.Immutable;
using Akka.Event;
using Akka.Actor;
using Akka.Persistence;

namespace ActorCron.Actors.Shells;

/// <summary>A persistent actor that stores, then tells, and writes in groups: what is decided while one journal entry is being
/// written goes into the next one together, so that a busy actor costs few writes and an idle one answers at once.</summary>
/// <remarks>An event is applied when it is decided, so that the next decision sees it, but nothing is told before it is stored. A failed
/// write ends the actor, and with it everything that was told to nobody; its supervisor starts it again from the journal.</remarks>
/// <typeparam name="TEvent">The events of its state.</typeparam>
public abstract class GroupCommitActor<TEvent> : ReceivePersistentActor
{
    private const int MaxEntryBytes = 1024 * 1024;

    private readonly Queue<Decision> _waiting = new();
    private readonly int _snapshotEvery;
    private bool _writing;
    private int _entriesSinceSnapshot;
    private long _snapshotBefore;

    /// <param name="snapshotEvery">Journal entries between snapshots.</param>
    protected GroupCommitActor(int snapshotEvery)
    {
        _snapshotEvery = snapshotEvery;
        Command<SaveSnapshotSuccess>(OnSnapshotSaved);
        Command<SaveSnapshotFailure>(failed => Log.Warning(failed.Cause, "Snapshot of {0} failed; the journal still has everything", PersistenceId));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failed => Log.Warning(failed.Cause, "Old journal entries of {0} could not be deleted", PersistenceId));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failed => Log.Warning(failed.Cause, "Old snapshots of {0} could not be deleted", PersistenceId));
    }

    /// <summary>The events as one journal entry.</summary>
    protected abstract object ToEntry(ImmutableArray<TEvent> events);

    /// <summary>The state as one snapshot.</summary>
    protected abstract object ToSnapshot();

    /// <summary>Folds an event in.</summary>
    protected abstract void Apply(TEvent decided);

    /// <summary>About how many bytes an event takes.</summary>
    protected abstract int SizeOf(TEvent decided);

    /// <summary>Applies the events now and calls <paramref name="then"/> once they, and all decided before them, are stored.
    /// Without events it only waits for those before: an answer must not overtake what it rests on.</summary>
    protected void Commit(IEnumerable<TEvent> decided, Action? then = null)
    {
        var events = decided.ToArray();
        foreach (var e in events) Apply(e);
        if (events.Length == 0 && !_writing && _waiting.Count == 0)
        {
            then?.Invoke();
            return;
        }
        if (events.Length == 0 && then is null) return;
        _waiting.Enqueue(new Decision(events, then, events.Sum(SizeOf)));
        if (!_writing) WriteNext();
    }

    /// <summary>Calls <paramref name="then"/> once something is stored, if only an entry without events: one that has been replaced and
    /// does not know it yet, as on a machine that was frozen, finds its number taken and ends instead.</summary>
    protected void CommitAsOwner(Action then)
    {
        _waiting.Enqueue(new Decision([], then, 0, MustWrite: true));
        if (!_writing) WriteNext();
    }

    protected override void OnReplaySuccess() => RecoveryTroubles.Of(Context.System).Recovered(PersistenceId, Log);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => RecoveryTroubles.Of(Context.System).Failed(PersistenceId, LastSequenceNr, reason, Log);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "{0} could not store entry {1}; it starts again from its journal", PersistenceId, sequenceNr);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // The state is ahead of the journal now: only a fresh start from the journal is safe.
        Log.Error(cause, "The journal refused entry {1} of {0}; it starts again from its journal", PersistenceId, sequenceNr);
        Context.Stop(Self);
    }

    private void WriteNext()
    {
        var entry = ImmutableArray.CreateBuilder<TEvent>();
        var thens = new List<Action>();
        var bytes = 0;
        var mustWrite = false;
        while (_waiting.TryPeek(out var next) && (entry.Count == 0 || bytes + next.Bytes <= MaxEntryBytes))
        {
            _waiting.Dequeue();
            entry.AddRange(next.Events);
            mustWrite |= next.MustWrite;
            if (next.Then is not null) thens.Add(next.Then);
            bytes += next.Bytes;
        }
        if (entry.Count == 0 && !mustWrite)
        {
            foreach (var then in thens) then();
            return;
        }
        _writing = true;
        PersistAsync(ToEntry(entry.ToImmutable()), _ =>
        {
            // Still writing while the answers go out: what they decide waits its turn.
            foreach (var then in thens) then();
            _writing = false;
            MaybeSnapshot();
            if (_waiting.Count > 0) WriteNext();
        });
    }

    // Only between writes: a snapshot must not hold what the journal does not.
    private void MaybeSnapshot()
    {
        if (++_entriesSinceSnapshot < _snapshotEvery || _waiting.Count > 0 && _entriesSinceSnapshot < 4 * _snapshotEvery) return;
        if (_waiting.Any(decision => decision.Events.Length > 0)) return;
        _entriesSinceSnapshot = 0;
        SaveSnapshot(ToSnapshot());
    }

    // Entries outlive their snapshot until the next one: a writer that was paused and still believes in itself finds its next number taken.
    private void OnSnapshotSaved(SaveSnapshotSuccess saved)
    {
        if (_snapshotBefore > 0) DeleteMessages(_snapshotBefore);
        _snapshotBefore = saved.Metadata.SequenceNr;
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private sealed record Decision(TEvent[] Events, Action? Then, int Bytes, bool MustWrite = false);
}
