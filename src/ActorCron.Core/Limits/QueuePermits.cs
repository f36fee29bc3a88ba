namespace ActorCron.Core.Limits;

/// <summary>Deals a queue's permits out to the nodes that serve it, so that its limits hold across them. Times are elapsed time.</summary>
/// <remarks>A node keeps what it holds whatever the books say: after a fail-over the books are empty, and what runs, runs. Until every
/// node has been heard (or <see cref="Hearing"/> is over) nothing new is dealt. What is taken from a node is free only once that node has
/// said that it can hold no more than what is left: until then it may be taking what it was granted before.</remarks>
public sealed class QueuePermits
{
    /// <summary>How long a fresh dealer listens before it deals: nodes ask several times a second, and a dead one has left by then.</summary>
    public static readonly TimeSpan Hearing = TimeSpan.FromSeconds(20);

    private readonly SortedDictionary<string, int> _mayHold = new(StringComparer.Ordinal);
    private readonly QueueLimit _limit;
    private readonly TimeSpan _startedAt;
    private double _tokens;
    private TimeSpan _refilledAt;

    /// <param name="limit">The limits.</param>
    /// <param name="startedAt">When it begins to listen, elapsed time.</param>
    public QueuePermits(QueueLimit limit, TimeSpan startedAt)
    {
        (_limit, _startedAt, _refilledAt) = (limit, startedAt, startedAt);
        _tokens = limit.RateCount is null ? 0 : 1;
    }

    /// <summary>What a node may hold, and how many runs it may start besides; null for no limit.</summary>
    public sealed record Grant(int? Concurrency, int? Starts);

    /// <summary>What a node says of itself when it asks.</summary>
    /// <param name="Holding">Runs of the queue that it executes or is about to.</param>
    /// <param name="MayHold">What it may come to hold before it hears the answer: by its last grant, and by what is on its way to it.</param>
    /// <param name="UnusedStarts">Starts that it was granted and has not used.</param>
    /// <param name="HasHeard">Whether it knows of the last grant made to it.</param>
    /// <param name="WaitsForStart">Whether it has a run that waits for a start. One that has none gets none: starts that idle nodes had
    /// saved up would all be used in one moment.</param>
    public sealed record Need(int Holding, int MayHold, int UnusedStarts, bool HasHeard, bool WaitsForStart = true);

    /// <summary>A node asks.</summary>
    /// <param name="node">Who.</param>
    /// <param name="need">What for.</param>
    /// <param name="nodes">How many nodes serve the queue.</param>
    /// <param name="heardAll">Whether every node of the cluster has been heard since the start.</param>
    /// <param name="now">Elapsed time.</param>
    public Grant Ask(string node, Need need, int nodes, bool heardAll, TimeSpan now) =>
        new(_limit.MaxConcurrency is { } max ? Concurrency(node, need, max, nodes, heardAll || now - _startedAt > Hearing) : null,
            _limit.RateCount is { } count ? Starts(need, count, now) : null);

    /// <summary>A node has left: what it held is free.</summary>
    public void Forget(string node) => _mayHold.Remove(node);

    private int Concurrency(string node, Need need, int max, int nodes, bool mayDeal)
    {
        var floor = max / Math.Max(1, nodes);
        var share = Math.Max(1, floor);
        var (others, reserved) = (0, 0);
        foreach (var (other, held) in _mayHold)
        {
            if (other == node) continue;
            others += held;
            // What every other node may have at least; a busy one gives it up as its runs end.
            reserved += Math.Max(held, floor);
        }
        // An idle node keeps no more than its share; a busy one grows into what is free.
        var wanted = Math.Max(share, need.Holding + 1);
        var free = Math.Max(max - reserved, Math.Min(share, max - others));
        var granted = mayDeal ? Math.Max(0, Math.Min(wanted, free)) : need.Holding;
        var may = Math.Max(granted, Math.Max(need.Holding, need.MayHold));
        _mayHold[node] = need.HasHeard ? may : Math.Max(may, _mayHold.GetValueOrDefault(node));
        return granted;
    }

    private int Starts(Need need, int count, TimeSpan now)
    {
        var perSecond = count / _limit.RatePer.TotalSeconds;
        // Hardly any burst: at most the rate, in any window.
        var capacity = Math.Max(1, perSecond / 4);
        _tokens = Math.Min(capacity, _tokens + (Math.Max(0, (now - _refilledAt).TotalSeconds) * perSecond));
        _refilledAt = now;
        var dealt = need.WaitsForStart ? Math.Max(0, Math.Min((int)_tokens, (int)Math.Ceiling(capacity) - need.UnusedStarts)) : 0;
        _tokens -= dealt;
        return dealt;
    }
}
