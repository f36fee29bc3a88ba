using System.Diagnostics.CodeAnalysis;

namespace ActorCron.Core.Scheduling;

/// <summary>Which schedule is due next. A schedule that moves leaves a stale entry behind, found out by its version; when most entries are
/// stale they are dropped, so that it holds at most twice as many as there are schedules.</summary>
internal sealed class DueIndex
{
    private const int Slack = 1000;

    // No two keys are equal: what is due at the same time comes in the order in which it was added.
    private readonly PriorityQueue<ScheduleSlot, (long DueTicks, long Version)> _queue = new();
    private long _versions;
    private int _current;

    /// <summary>When something is due next, UTC; null while nothing is.</summary>
    public DateTimeOffset? Next => TryPeek(out _, out var ticks) ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Puts a schedule where it is due now; it is nowhere else from then on.</summary>
    public void Set(ScheduleSlot slot)
    {
        Remove(slot);
        slot.Version = ++_versions;
        if (slot.Due is not { } due) return;
        _queue.Enqueue(slot, (due.UtcTicks, slot.Version));
        slot.IsIndexed = true;
        _current++;
        if (_queue.Count > (2 * _current) + Slack) DropStale();
    }

    /// <summary>Takes a schedule out.</summary>
    public void Remove(ScheduleSlot slot)
    {
        if (slot.IsIndexed) _current--;
        (slot.IsIndexed, slot.Version) = (false, 0);
    }

    /// <summary>Takes the first schedule that is due at an instant, and out of the index.</summary>
    public bool TryTake(DateTimeOffset through, [NotNullWhen(true)] out ScheduleSlot? slot)
    {
        if (!TryPeek(out slot, out var ticks) || ticks > through.UtcTicks) return false;
        _queue.Dequeue();
        Remove(slot);
        return true;
    }

    private bool TryPeek([NotNullWhen(true)] out ScheduleSlot? slot, out long ticks)
    {
        while (_queue.TryPeek(out slot, out var key))
        {
            ticks = key.DueTicks;
            if (slot.Version == key.Version) return true;
            _queue.Dequeue();
        }
        ticks = 0;
        return false;
    }

    private void DropStale()
    {
        var current = new List<(ScheduleSlot, (long, long))>(_current);
        // In any order: the keys alone decide.
        foreach (var (slot, key) in _queue.UnorderedItems)
            if (slot.Version == key.Version) current.Add((slot, key));
        _queue.Clear();
        _queue.EnqueueRange(current);
    }
}
