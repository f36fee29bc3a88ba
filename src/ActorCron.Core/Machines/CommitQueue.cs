using System.Collections.Immutable;

namespace ActorCron.Core.Machines;

/// <summary>Group commit as a machine: what is decided while one journal entry is being written goes into the next one together, so that a
/// busy machine costs few writes and an idle one answers at once. It keeps 'store, then tell', says when to take a snapshot, and which old
/// entries may go.</summary>
/// <remarks>
/// The shell calls, after each step of its machine: <see cref="Add"/>, then carries out <see cref="TakeReleased"/>, then writes what <see cref="TryBegin"/>
/// gives; when that is stored, <see cref="Stored"/>, and the same again. A failed write discards machine and queue: both start again from the journal.
/// <code>
/// decided ─► waiting (next entry) ─► being written ─► stored ─► its effects are released, in order
///    └─ no events, nothing before it is unstored ─────────────────────► released at once
/// </code>
/// Grows with what is decided during one write; the shell's mailbox is what bounds that.
/// </remarks>
/// <typeparam name="TEvent">The machine's events.</typeparam>
public sealed class CommitQueue<TEvent>
{
    private readonly CommitSettings _settings;
    private readonly Func<TEvent, int> _sizeOf;
    private readonly Func<object> _capture;
    private readonly Queue<CommitGroup<TEvent>> _waiting = new();
    private readonly SnapshotLog _snapshots;
    private CommitGroup<TEvent>? _writing;
    private CommitGroup<TEvent>? _last;
    private List<Effect> _released = [];
    private object? _captured;
    private int _entriesSinceSnapshot;
    private TimeSpan _heardAt;

    /// <param name="settings">How events are stored.</param>
    /// <param name="sizeOf">About how many bytes an event takes.</param>
    /// <param name="capture">The machine's state as an immutable snapshot.</param>
    /// <param name="startedAt">Elapsed time now.</param>
    public CommitQueue(CommitSettings settings, Func<TEvent, int> sizeOf, Func<object> capture, TimeSpan startedAt)
    {
        (_settings, _sizeOf, _capture, _heardAt) = (settings, sizeOf, capture, startedAt);
        _snapshots = new SnapshotLog(settings.TrimAfter);
    }

    /// <summary>Whether everything decided is stored.</summary>
    public bool IsIdle => _writing is null && _waiting.Count == 0;

    /// <summary>Notes that the process is alive; to be called with each message, and every few seconds without one.</summary>
    /// <returns>False after too long a silence, as of a process that was frozen: another owner may have written meanwhile, so the shell must
    /// start again from the journal instead of acting.</returns>
    public bool IsAlive(TimeSpan elapsed)
    {
        if (elapsed - _heardAt > _settings.MaxSilence) return false;
        _heardAt = elapsed;
        return true;
    }

    /// <summary>Takes a decision over; the caller may clear it afterwards. One that is larger than an entry takes several, so that a machine with
    /// decisions of that size must go on from a part of one; its effects wait for the last.</summary>
    public void Add(Decision<TEvent> decision)
    {
        if (decision.Events.Count == 0 && !decision.MustWrite)
        {
            if (decision.Effects.Count > 0) (_last?.Effects ?? _released).AddRange(decision.Effects);
            return;
        }
        var bytes = 0;
        foreach (var e in decision.Events) bytes += _sizeOf(e);
        if (bytes > _settings.MaxEntryBytes) AddInParts(decision.Events);
        else GroupFor(bytes).Add(decision.Events, bytes);
        _last!.Effects.AddRange(decision.Effects);
    }

    private void AddInParts(List<TEvent> events)
    {
        foreach (var e in events)
        {
            var bytes = _sizeOf(e);
            GroupFor(bytes).Add(e, bytes);
        }
    }

    // The entry that is being written takes effects, but no more events.
    private CommitGroup<TEvent> GroupFor(int bytes)
    {
        if (_waiting.Count == 0 || _last!.Bytes + bytes > _settings.MaxEntryBytes) _waiting.Enqueue(_last = new CommitGroup<TEvent>());
        return _last;
    }

    /// <summary>The effects that nothing unstored stands before, in order. Each is given out once.</summary>
    public IReadOnlyList<Effect> TakeReleased()
    {
        if (_released.Count == 0) return [];
        var released = _released;
        _released = [];
        return released;
    }

    /// <summary>The next journal entry, where there is one and no other is being written. It may have no events: then it only proves ownership.</summary>
    public bool TryBegin(out ImmutableArray<TEvent> entry)
    {
        entry = [];
        if (_writing is not null || !_waiting.TryDequeue(out var group)) return false;
        var isDue = _entriesSinceSnapshot + 1 >= _settings.SnapshotEvery;
        if (_entriesSinceSnapshot + 1 >= 4 * _settings.SnapshotEvery)
            while (_waiting.TryPeek(out var next) && group.Bytes + next.Bytes <= _settings.MaxOverdueBytes) group.Add(_waiting.Dequeue());
        // A snapshot must not hold what the journal does not: only an entry that leaves nothing waiting stands for the whole state.
        if (_waiting.Count == 0)
        {
            _last = group;
            if (isDue) _captured = _capture();
        }
        _writing = group;
        entry = [.. group.Events];
        return true;
    }

    /// <summary>The entry that was begun is stored: its effects are released.</summary>
    /// <returns>The state to save as a snapshot of this entry, where one is due; else null.</returns>
    public object? Stored()
    {
        var group = _writing ?? throw new InvalidOperationException("No entry is being written.");
        _released.AddRange(group.Effects);
        if (ReferenceEquals(_last, group)) _last = null;
        _writing = null;
        _entriesSinceSnapshot++;
        var captured = _captured;
        _captured = null;
        if (captured is not null) _entriesSinceSnapshot = 0;
        return captured;
    }

    /// <summary>A snapshot has been saved, or was recovered from.</summary>
    /// <param name="number">The number of its last entry.</param>
    /// <param name="elapsed">Now.</param>
    /// <returns>The number up to which entries may be deleted; 0 for none.</returns>
    public long SnapshotSaved(long number, TimeSpan elapsed) => _snapshots.Saved(number, elapsed);
}
