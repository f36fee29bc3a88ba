using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>What became of an attempt that the dispatcher no longer has.</summary>
internal enum Done : byte { Confirmed, Withdrawn }

/// <summary>Remembers which attempts were confirmed or withdrawn, so that a shard which has not heard of it is told again, and nothing is
/// published twice. What its shard no longer names is forgotten after a while, and earlier when there is too much of it.</summary>
internal sealed class RecentlyDone(DispatchSettings settings)
{
    private Dictionary<AttemptKey, Done> _young = [];
    private Dictionary<AttemptKey, Done> _old = [];
    private TimeSpan _turnedAt;

    public int Count => _young.Count + _old.Count;

    public void Note(AttemptKey key, Done what, TimeSpan now)
    {
        Turn(now);
        _young[key] = what;
    }

    /// <summary>What became of it; to ask keeps it in memory.</summary>
    public Done? Find(AttemptKey key, TimeSpan now)
    {
        Turn(now);
        if (_young.TryGetValue(key, out var what)) return what;
        if (!_old.Remove(key, out what)) return null;
        _young[key] = what;
        return what;
    }

    /// <summary>It is to be handed over once more.</summary>
    public void Forget(AttemptKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }

    // Each is kept for at least one turn after it was named last, at most two.
    private void Turn(TimeSpan now)
    {
        if (now - _turnedAt < settings.RememberFor && _young.Count < settings.RememberAtMost / 2) return;
        (_old, _young) = (_young, _old);
        _young.Clear();
        _turnedAt = now;
    }
}
