using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Scheduling;

/// <summary>Holds the limits of a queue that programs outside the cluster serve. They take what they find and ask for no permits, so what may not
/// run yet is not published. What is out is what the shards have on record as published and not ended, and what was published since they were
/// asked. Reads no clock.</summary>
internal sealed class ExternalQueueGate
{
    /// <summary>How old a count may be while runs wait for it.</summary>
    public static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(500);

    private readonly int? _max;
    private readonly QueuePermits? _rate;
    private HashSet<AttemptKey>? _out;
    private HashSet<AttemptKey>? _sinceAsked;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;
    private int _starts;

    public ExternalQueueGate(QueueLimit limit, DateTimeOffset now)
    {
        _max = limit.MaxConcurrency;
        _rate = limit.RateCount is null ? null : new QueuePermits(limit with { MaxConcurrency = null }, now);
    }

    /// <summary>Whether one more may be published now. A fresh gate must count first.</summary>
    public bool MayGo(DateTimeOffset now)
    {
        if (_max is { } max && (_out is null || _out.Count >= max)) return false;
        if (_rate is null) return true;
        _starts += _rate.Ask("", new QueuePermits.Need(0, 0, _starts, true), 1, heardAll: true, now).Starts ?? 0;
        return _starts > 0;
    }

    /// <summary>What is out, as far as is known.</summary>
    public IReadOnlyCollection<AttemptKey> Out => _out ?? [];

    public void Published(AttemptKey key)
    {
        _starts = Math.Max(0, _starts - 1);
        _out?.Add(key);
        _sinceAsked?.Add(key);
    }

    /// <summary>Whether the shards must be asked what is out; if so, they are taken to be asked now.</summary>
    public bool MustCount(DateTimeOffset now)
    {
        if (_max is null || _sinceAsked is not null || now - _askedAt < CountEvery) return false;
        (_sinceAsked, _askedAt) = ([], now);
        return true;
    }

    /// <summary>All shards have answered; null, if one has not.</summary>
    public void Counted(IEnumerable<AttemptKey>? open)
    {
        if (open is not null) _out = [.. open, .. _sinceAsked ?? []];
        _sinceAsked = null;
    }
}
