using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>The queues that have, or had a while ago, something to hand over.</summary>
internal sealed class QueueBook(DispatchSettings settings)
{
    private readonly Dictionary<string, QueueState> _byName = [];
    private readonly List<QueueState> _inOrder = [];

    public IReadOnlyList<QueueState> All => _inOrder;

    public QueueState? Find(string name) => _byName.GetValueOrDefault(name);

    public QueueState Get(string name, TimeSpan now)
    {
        if (_byName.TryGetValue(name, out var queue)) return queue;
        var isExternal = settings.ExternalQueues.Contains(name);
        var gate = isExternal && settings.Limits.TryGetValue(name, out var limit) ? new ExternalQueueGate(limit, now) : null;
        _byName[name] = queue = new QueueState(name, isExternal, gate) { UsedAt = now };
        _inOrder.Add(queue);
        return queue;
    }

    /// <summary>Forgets what has been idle for long.</summary>
    public void Prune(TimeSpan now)
    {
        for (var i = _inOrder.Count - 1; i >= 0; i--)
        {
            var queue = _inOrder[i];
            queue.Suspects.Prune(now - (settings.SuspectFor * 3));
            if (!queue.IsIdle(now) || now - queue.UsedAt < settings.IdleQueueAfter) continue;
            _byName.Remove(queue.Name);
            _inOrder.RemoveAt(i);
        }
    }

    public Backlogs ToBacklogs() => new([.. _inOrder.Select(queue => new QueueBacklog(queue.Name, queue.Backlog.Count, queue.Published))]);
}
