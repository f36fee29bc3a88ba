using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>A run that nobody has taken for long: its message may be gone.</summary>
internal sealed class Suspect(AttemptKey key, long mark, TimeSpan since)
{
    public AttemptKey Key { get; } = key;
    /// <summary>What had been published to its queue when it was first named: all that came later stands behind its message.</summary>
    public long Mark { get; } = mark;
    /// <summary>When it was first named, elapsed time.</summary>
    public TimeSpan Since { get; } = since;
    /// <summary>When it was last named.</summary>
    public TimeSpan NamedAt { get; set; } = since;
    /// <summary>When it went to the broker, UTC, as its shard has it.</summary>
    public DateTimeOffset PublishedAt { get; set; }
    public int Shard { get; set; }
    /// <summary>Named since the queue was last looked at.</summary>
    public bool IsNamed { get; set; }
}

/// <summary>The runs of one queue whose messages may be gone. A queue that is never empty gives them away as well: its messages are taken in
/// order, so a message that still waits has behind it all that was published later.</summary>
internal sealed class Suspects
{
    private const int Most = 20_000;
    private const int PrunedAtATime = 64;

    private readonly Dictionary<AttemptKey, Suspect> _byKey = [];
    private readonly LinkedList<Suspect> _inOrder = new();
    private readonly List<Suspect> _named = [];

    public int Count => _byKey.Count;

    /// <summary>A shard names a run. More than can be kept are passed over: it names them again.</summary>
    public void Name(UntakenRun run, int shard, QueueState queue, TimeSpan now)
    {
        var key = new AttemptKey(run.Run, run.Attempt);
        if (!_byKey.TryGetValue(key, out var suspect))
        {
            if (_byKey.Count >= Most) return;
            // What is unconfirmed may stand before it.
            _byKey[key] = suspect = new Suspect(key, queue.Published + queue.Unconfirmed, now);
            _inOrder.AddLast(suspect);
        }
        (suspect.NamedAt, suspect.PublishedAt, suspect.Shard) = (now, run.Since, shard);
        if (suspect.IsNamed) return;
        suspect.IsNamed = true;
        _named.Add(suspect);
    }

    /// <summary>The queue has been looked at: the named ones whose messages are gone. They are no longer suspects.</summary>
    public List<Suspect> TakeLost(Func<Suspect, bool> isLost)
    {
        var lost = new List<Suspect>();
        foreach (var suspect in _named)
        {
            suspect.IsNamed = false;
            if (!isLost(suspect)) continue;
            _byKey.Remove(suspect.Key);
            lost.Add(suspect);
        }
        _named.Clear();
        return lost;
    }

    /// <summary>Forgets some of those that have not been named since then: they were taken.</summary>
    public void Prune(TimeSpan before)
    {
        for (var left = Math.Min(PrunedAtATime, _inOrder.Count); left > 0; left--)
        {
            var oldest = _inOrder.First!;
            _inOrder.RemoveFirst();
            if (!_byKey.TryGetValue(oldest.Value.Key, out var known) || known != oldest.Value) continue;
            if (oldest.Value.NamedAt < before && !oldest.Value.IsNamed) _byKey.Remove(oldest.Value.Key);
            else _inOrder.AddLast(oldest);
        }
    }
}
