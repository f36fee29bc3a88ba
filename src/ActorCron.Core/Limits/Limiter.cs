using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Limits;

/// <summary>Deals the permits of limited queues to the workers of the cluster; lives beside the scheduler. It is told <see cref="WorkersAre"/> and
/// <see cref="AskPermits"/>.</summary>
/// <remarks>What holds: over the members together never more runs of a queue execute than its limit. A node that is frozen keeps what it was dealt
/// for as long as it is a member, so that nobody gets it besides. Once it is removed its permits are free; should it wake up then, it is granted
/// nothing, and no shard lets it start anything either. What it had been executing when it froze goes on beside its replacement
/// until the node stops itself, which it does when it hears that it was removed: those runs are the ones that may exceed the limit, for that moment.
/// Bounded by the members and the limited queues.</remarks>
public sealed class Limiter : IMachine<NoEvent>
{
    // An answer's number: the epoch above, so that none bears the number of an earlier limiter's.
    private const int EpochShift = 40;

    private readonly IReadOnlyDictionary<string, QueueLimit> _limits;
    private readonly Dictionary<string, LimitedQueue> _queues = [];
    private readonly Dictionary<string, long> _lastAnswer = [];
    private ImmutableArray<string> _workers;
    private TimeSpan? _startedAt;
    private long _answers;
    private int _unheard;

    /// <param name="epoch">Of the scheduler that it belongs to.</param>
    /// <param name="limits">By queue.</param>
    public Limiter(long epoch, IReadOnlyDictionary<string, QueueLimit> limits) => (_answers, _limits) = (epoch << EpochShift, limits);

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into)
    {
        _startedAt ??= now.Elapsed;
        switch (message)
        {
            case WorkersAre workers: OnWorkers(workers); break;
            case AskPermits ask: OnAsk(ask, from, now.Elapsed, into); break;
        }
    }

    /// <inheritdoc/>
    public void Apply(NoEvent stored) => throw new NotSupportedException("The limiter stores nothing.");

    private void OnWorkers(WorkersAre now)
    {
        var are = now.Workers.Sort(StringComparer.Ordinal);
        if (!_workers.IsDefault)
            foreach (var worker in _workers)
                if (are.BinarySearch(worker, StringComparer.Ordinal) < 0) Forget(worker);
        _workers = are;
        _unheard = 0;
        foreach (var worker in are)
            if (!_lastAnswer.ContainsKey(worker)) _unheard++;
    }

    private void OnAsk(AskPermits ask, Address from, TimeSpan now, Decision<NoEvent> into)
    {
        // It asks again in a moment.
        if (_workers.IsDefault) return;
        var node = WorkersAre.NameOf(ask.Node, ask.Incarnation);
        var isMember = _workers.BinarySearch(node, StringComparer.Ordinal) >= 0;
        var hasHeard = isMember && Heard(node, ask.Heard);
        _answers++;
        if (isMember) _lastAnswer[node] = _answers;
        var grants = ImmutableArray.CreateBuilder<QueueGrant>();
        foreach (var need in ask.Queues)
            if (_limits.TryGetValue(need.Queue, out var limit)) grants.Add(isMember ? GrantFor(node, need, limit, hasHeard, now) : Nothing(need.Queue, limit));
        into.Tell(from, new Permits(grants.ToImmutable(), _answers));
    }

    private bool Heard(string node, long? heard)
    {
        if (_lastAnswer.TryGetValue(node, out var last)) return heard is null || heard == last;
        _unheard--;
        return true;
    }

    private QueueGrant GrantFor(string node, QueueNeed need, QueueLimit limit, bool hasHeard, TimeSpan now)
    {
        if (!_queues.TryGetValue(need.Queue, out var queue)) _queues[need.Queue] = queue = new LimitedQueue(new QueuePermits(limit, _startedAt!.Value));
        queue.Servers.Add(node);
        var grant = queue.Permits.Ask(node, new(need.Holding, need.MayHold, need.UnusedStarts, hasHeard, need.Waiting is not 0),
            queue.Servers.Count, heardAll: _unheard == 0, now);
        return new QueueGrant(need.Queue, grant.Concurrency, grant.Starts);
    }

    // It was removed, or is not yet known here as a member; a node that joins asks again in a moment.
    private static QueueGrant Nothing(string queue, QueueLimit limit) => new(queue, limit.MaxConcurrency is null ? null : 0, limit.RateCount is null ? null : 0);

    private void Forget(string node)
    {
        foreach (var name in _limits.Keys)
        {
            if (!_queues.TryGetValue(name, out var queue)) continue;
            queue.Permits.Forget(node);
            queue.Servers.Remove(node);
        }
        _lastAnswer.Remove(node);
    }

    private sealed record LimitedQueue(QueuePermits Permits)
    {
        public SortedSet<string> Servers { get; } = new(StringComparer.Ordinal);
    }
}
