using ActorCron.Core.Messages;

namespace ActorCron.Core.Shards;

/// <summary>What has to be said until it is closed: at once, and again after ever longer waits.</summary>
/// <remarks>Each wait has a queue of its own, which is in order since all in it wait equally long. What is closed stays in its queue until
/// its turn, so the queues hold at most what was said within the longest wait; open ones are bounded by the runs on the books.</remarks>
/// <param name="after">The first wait; then twice, four, eight and sixteen times as long.</param>
internal sealed class Reminders(TimeSpan after)
{
    private const int Levels = 5;

    private readonly Dictionary<AttemptKey, Entry> _open = [];
    private readonly Queue<Entry> _fresh = new();
    private readonly Queue<Entry>[] _said = [new(), new(), new(), new(), new()];

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Whether something has not been said yet.</summary>
    public bool HasFresh
    {
        get
        {
            SkipClosed(_fresh);
            return _fresh.Count > 0;
        }
    }

    public void Open(AttemptKey key)
    {
        var entry = new Entry(key);
        if (_open.TryAdd(key, entry)) _fresh.Enqueue(entry);
    }

    /// <summary>It need not be said any more.</summary>
    /// <returns>Whether it was said before.</returns>
    public bool Close(AttemptKey key)
    {
        if (!_open.Remove(key, out var entry)) return false;
        entry.IsClosed = true;
        return entry.Times > 0;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _open.Clear();
        _fresh.Clear();
        foreach (var queue in _said) queue.Clear();
    }

    /// <summary>The next that is to be said now; it counts as said.</summary>
    public bool TryTake(TimeSpan elapsed, out AttemptKey key, out int times)
    {
        (key, times) = (null!, 0);
        if (Due(elapsed) is not { } queue) return false;
        var entry = queue.Dequeue();
        var level = Math.Min(entry.Times, Levels - 1);
        (key, times) = (entry.Key, ++entry.Times);
        entry.At = elapsed + (after * (1 << level));
        _said[level].Enqueue(entry);
        return true;
    }

    /// <summary>When the next is to be said again; null where nothing is.</summary>
    public TimeSpan? Next()
    {
        TimeSpan? next = null;
        foreach (var queue in _said)
        {
            SkipClosed(queue);
            if (queue.TryPeek(out var entry) && (next is null || entry.At < next)) next = entry.At;
        }
        return next;
    }

    private Queue<Entry>? Due(TimeSpan elapsed)
    {
        if (HasFresh) return _fresh;
        foreach (var queue in _said)
        {
            SkipClosed(queue);
            if (queue.TryPeek(out var entry) && entry.At <= elapsed) return queue;
        }
        return null;
    }

    private static void SkipClosed(Queue<Entry> queue)
    {
        while (queue.TryPeek(out var entry) && entry.IsClosed) queue.Dequeue();
    }

    private sealed class Entry(AttemptKey key)
    {
        public AttemptKey Key { get; } = key;
        public int Times { get; set; }
        public TimeSpan At { get; set; }
        public bool IsClosed { get; set; }
    }
}
