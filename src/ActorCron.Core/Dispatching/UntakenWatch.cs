using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Finds the runs whose messages are gone from the broker and has their shards dispatch them again. One message too many does no harm
/// to our workers (a shard starts an attempt once); a program outside would execute it twice, so there more is asked for.</summary>
internal sealed class UntakenWatch(DispatchSettings settings, QueueBook queues, DepthQuestions depths, RecentlyDone done)
{
    public void OnUntaken(UntakenRuns untaken, TimeSpan now, Decision<NoEvent> into)
    {
        foreach (var run in untaken.Runs)
        {
            var queue = queues.Get(run.Queue, now);
            queue.Suspects.Name(run, untaken.Shard, queue, now);
            depths.Ask(queue, now, into);
        }
    }

    public void OnMeasured(QueueState queue, DepthQuestion question, MeasuredDepth depth, Moment now, Decision<NoEvent> into)
    {
        if (queue.Suspects.Count == 0) return;
        var lost = queue.Suspects.TakeLost(suspect => IsLost(queue, suspect, question, depth, now));
        foreach (var shard in lost.GroupBy(suspect => suspect.Shard).OrderBy(shard => shard.Key))
        {
            var keys = shard.Select(suspect => suspect.Key).ToImmutableArray();
            // It comes again under the same key.
            foreach (var key in keys) done.Forget(key);
            into.Effects.Add(new SendToShard(new RedispatchRuns(shard.Key, keys)));
        }
    }

    private bool IsLost(QueueState queue, Suspect suspect, DepthQuestion question, MeasuredDepth depth, Moment now)
    {
        // An outsider may hold a message that it has not reported on.
        if (queue.IsExternal && depth.Consumers > 0 && suspect.PublishedAt >= now.Utc - settings.ExternalHold) return false;
        var behind = question.Published - suspect.Mark;
        if (depth.Messages == 0 || depth.Messages <= behind) return true;
        // Others publish to the queue as well, so that nothing can be proved; a queue that nobody takes from has lost nothing.
        return !queue.IsExternal && depth.Consumers > 0 && now.Elapsed - suspect.Since > settings.SuspectFor;
    }
}
