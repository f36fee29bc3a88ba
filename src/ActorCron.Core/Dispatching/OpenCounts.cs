using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>A question to all shards: what of a queue is with the broker or with a worker?</summary>
internal sealed class OpenCount(long request, TimeSpan until, int shards)
{
    private readonly bool[] _answered = new bool[shards];
    private int _left = shards;

    public long Request { get; } = request;
    /// <summary>When it counts as unanswered, elapsed time.</summary>
    public TimeSpan Until { get; } = until;
    public List<AttemptKey> Found { get; } = [];

    /// <summary>True with the last answer.</summary>
    public bool Take(OpenAttempts answer)
    {
        if (answer.Shard < 0 || answer.Shard >= _answered.Length || _answered[answer.Shard]) return false;
        _answered[answer.Shard] = true;
        Found.AddRange(answer.Attempts);
        return --_left == 0;
    }
}

/// <summary>Counts what is out of a queue that outsiders serve, one count a queue at a time.</summary>
internal sealed class OpenCounts(DispatchSettings settings, PublishedMarks marks)
{
    private readonly Dictionary<long, QueueState> _asked = []; // At most one a queue with a limit.
    private long _requests;

    /// <summary>Whether no count of the queue is under way; one that not all shards answer in time has failed.</summary>
    public bool IsFree(QueueState queue, TimeSpan now)
    {
        if (queue.Count is not { } count) return true;
        if (now < count.Until) return false;
        End(queue, count);
        queue.Gate!.Counted(null);
        return true;
    }

    public void Ask(QueueState queue, IReadOnlyList<AttemptKey> published, TimeSpan now, Decision<NoEvent> into)
    {
        // The shards hear first of what the broker has confirmed; one that moves may miss it, so it is named besides.
        marks.Flush(into);
        var known = new ImmutableArray<AttemptKey>.Builder?[settings.Shards];
        foreach (var key in published) (known[settings.ShardOf(key.Run)] ??= ImmutableArray.CreateBuilder<AttemptKey>()).Add(key);
        queue.Count = new OpenCount(++_requests, now + settings.AskTimeout, settings.Shards);
        _asked[_requests] = queue;
        for (var shard = 0; shard < known.Length; shard++)
            into.Effects.Add(new SendToShard(new GetOpenAttempts(shard, queue.Name, known[shard]?.ToImmutable() ?? [], _requests)));
    }

    /// <summary>A shard answers; the queue and what was found, when it was the last one.</summary>
    public (QueueState Queue, List<AttemptKey> Found)? Answered(OpenAttempts answer)
    {
        if (!_asked.TryGetValue(answer.Request, out var queue) || queue.Count is not { } count || !count.Take(answer)) return null;
        End(queue, count);
        return (queue, count.Found);
    }

    private void End(QueueState queue, OpenCount count)
    {
        _asked.Remove(count.Request);
        queue.Count = null;
    }
}
