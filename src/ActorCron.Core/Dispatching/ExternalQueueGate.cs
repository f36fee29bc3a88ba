using ActorCron.Core.Limits;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Holds the limits of a queue that programs outside the cluster serve. They take what they find and ask for no permits, so what may not
/// run yet is not published. What is out is what the shards have on record as published and not ended, and what was published since they were
/// asked. Times are elapsed time.</summary>
public sealed class ExternalQueueGate
{
    /// <summary>How old a count may be while runs wait for it.</summary>
    public static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(500);

    private readonly int? _max;
    private readonly QueuePermits? _rate;
    private AttemptSet? _out;
    private AttemptSet? _sinceAsked;
    private TimeSpan? _askedAt;
    private int _starts;

    /// <param name="limit">The limits.</param>
    /// <param name="now">Elapsed time.</param>
    public ExternalQueueGate(QueueLimit limit, TimeSpan now)
    {
        _max = limit.MaxConcurrency;
        _rate = limit.RateCount is null ? null : new QueuePermits(limit with { MaxConcurrency = null }, now);
    }

    /// <summary>Whether one more may be published now. A fresh gate must count first.</summary>
    public bool MayGo(TimeSpan now)
    {
        if (_max is { } max && (_out is null || _out.Count >= max)) return false;
        if (_rate is null) return true;
        _starts += _rate.Ask("", new QueuePermits.Need(0, 0, _starts, true), 1, heardAll: true, now).Starts ?? 0;
        return _starts > 0;
    }

    /// <summary>What is out, as far as is known.</summary>
    public IReadOnlyList<AttemptKey> Out => _out?.Items ?? [];

    /// <summary>A message goes.</summary>
    public void Published(AttemptKey key)
    {
        _starts = Math.Max(0, _starts - 1);
        _out?.Add(key);
        _sinceAsked?.Add(key);
    }

    /// <summary>Whether the shards must be asked what is out; if so, they are taken to be asked now.</summary>
    public bool MustCount(TimeSpan now)
    {
        if (_max is null || _sinceAsked is not null || now - _askedAt < CountEvery) return false;
        (_sinceAsked, _askedAt) = (new AttemptSet(), now);
        return true;
    }

    /// <summary>All shards have answered; null, if one has not.</summary>
    public void Counted(IEnumerable<AttemptKey>? open)
    {
        if (open is not null)
        {
            _out = new AttemptSet();
            foreach (var key in open) _out.Add(key);
            foreach (var key in _sinceAsked?.Items ?? []) _out.Add(key);
        }
        _sinceAsked = null;
    }

    // In the order in which they came in.
    private sealed class AttemptSet
    {
        private readonly HashSet<AttemptKey> _has = [];

        public List<AttemptKey> Items { get; } = [];
        public int Count => Items.Count;

        public void Add(AttemptKey key)
        {
            if (_has.Add(key)) Items.Add(key);
        }
    }
}
