using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>The books of one shard: every unfinished run of its schedules, and finished ones that the history does not have yet. The
/// questions (<c>Register</c>, <c>Start</c>, …) answer with the events to store and change nothing; <see cref="Apply"/> folds stored events
/// in. Neither reads a clock or draws a random number, so a replay ends in the same state.</summary>
public sealed partial class RunLedger
{
    /// <summary>How often a run is tried again because its nodes died under it, before it is given up as dead.</summary>
    public const int MaxNodeLosses = 20;

    private readonly Dictionary<string, LedgerSlot> _runs = [];
    private readonly Dictionary<string, ScheduleLine> _lines = [];
    private readonly LatestOccurrences _latest;
    private readonly bool _recordedIsDispatched;
    private LedgerSlot? _first;
    private LedgerSlot? _last;
    private long _places;
    private long _fence;

    /// <param name="recordedIsDispatched">Whether a run counts as dispatched once it is on record (embedded broker), or only once a broker
    /// has confirmed it.</param>
    /// <param name="maxLatest">Schedules whose newest occurrence is remembered one by one.</param>
    public RunLedger(bool recordedIsDispatched = false, int maxLatest = 65_536) =>
        (_recordedIsDispatched, _latest) = (recordedIsDispatched, new LatestOccurrences(maxLatest));

    /// <summary>Runs on the books.</summary>
    public int Count => _runs.Count;

    /// <summary>All of them, in the order of their registration.</summary>
    public IEnumerable<LedgerRun> Runs
    {
        get
        {
            for (var slot = _first; slot is not null; slot = slot.After) yield return slot.Run;
        }
    }

    /// <summary>A run that is on the books.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public LedgerRun this[string id] => _runs[id].Run;

    internal LedgerSlot? First => _first;

    /// <summary>A run, where it is on the books.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out LedgerRun? run)
    {
        run = _runs.GetValueOrDefault(id)?.Run;
        return run is not null;
    }

    /// <summary>Unfinished runs of a schedule, oldest first.</summary>
    public IReadOnlyList<LedgerRun> ActiveOf(string schedule) =>
        _lines.TryGetValue(schedule, out var line) ? line.ToList(liveOnly: false).ConvertAll(static slot => slot.Run) : [];

    /// <summary>Takes a finished run off the books, once the history has it.</summary>
    /// <returns>The batch that it is part of: it may now go on. Null for a run of its own.</returns>
    public string? Forget(string id)
    {
        if (!_runs.TryGetValue(id, out var slot) || !slot.Run.Run.State.IsFinished()) return null;
        Drop(slot);
        if (slot.Run.Run.Spec.Batch is not { } part || !_batches.TryGetValue(part.Parent, out var book)) return null;
        book.OnBooks--;
        return part.Parent;
    }

    internal LedgerSlot? SlotOf(string id) => _runs.GetValueOrDefault(id);

    private static bool IsInLine(RunSpec spec) => spec is { Schedule: not null, Batch: null };

    private LedgerSlot Place(LedgerRun run)
    {
        var id = run.Run.Spec.Id;
        if (_runs.TryGetValue(id, out var known)) Drop(known);
        var slot = new LedgerSlot(run, ++_places) { Before = _last };
        _runs[id] = slot;
        if (_last is null) _first = slot;
        else _last.After = slot;
        _last = slot;
        KeepInLine(slot);
        return slot;
    }

    private void Drop(LedgerSlot slot)
    {
        _runs.Remove(slot.Id);
        if (slot.Before is null) _first = slot.After;
        else slot.Before.After = slot.After;
        if (slot.After is null) _last = slot.Before;
        else slot.After.Before = slot.Before;
        LeaveLine(slot);
    }

    // Whether it stands in its schedule's line, and in which list, follows from its record.
    private void KeepInLine(LedgerSlot slot)
    {
        var spec = slot.Run.Run.Spec;
        if (!IsInLine(spec)) return;
        if (slot.Run.Run.State.IsFinished())
        {
            LeaveLine(slot);
            return;
        }
        var rank = ScheduleLine.RankOf(slot.Run);
        if (slot.Line is { } line)
        {
            if (slot.Rank == rank) return;
            line.Remove(slot);
        }
        else if (!_lines.TryGetValue(spec.Schedule!, out line)) _lines[spec.Schedule!] = line = new ScheduleLine();
        line.Add(slot, rank);
    }

    private void LeaveLine(LedgerSlot slot)
    {
        if (slot.Line is not { } line) return;
        line.Remove(slot);
        if (line.Count == 0) _lines.Remove(slot.Run.Run.Spec.Schedule!);
    }
}
