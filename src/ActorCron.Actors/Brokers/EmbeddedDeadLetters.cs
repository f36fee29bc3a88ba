using ActorCron.Core.Messages;

namespace ActorCron.Actors.Brokers;

/// <summary>The dead letters of the embedded broker, the oldest first; beyond <see cref="Most"/> the oldest goes. Safe to use from several threads.</summary>
internal sealed class EmbeddedDeadLetters
{
    /// <summary>No more are kept.</summary>
    public const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Letter> _letters = new();
    private readonly Dictionary<string, int> _ofQueue = [];

    public int Count
    {
        get
        {
            lock (_lock) return _letters.Count;
        }
    }

    public int CountOf(string queue)
    {
        lock (_lock) return _ofQueue.GetValueOrDefault(queue);
    }

    public void Add(DispatchItem item, string reason)
    {
        lock (_lock)
        {
            _letters.AddLast(new Letter(item, reason));
            _ofQueue[item.Spec.Queue] = _ofQueue.GetValueOrDefault(item.Spec.Queue) + 1;
            if (_letters.Count > Most) Remove(_letters.First!);
        }
    }

    public IReadOnlyList<Letter> Oldest(int limit)
    {
        lock (_lock) return [.. _letters.Take(limit)];
    }

    /// <summary>Those of one message, or all, by their messages: they stay here until they are taken.</summary>
    public IReadOnlyList<IGrouping<string, LinkedListNode<Letter>>> ByMessage(string? messageId)
    {
        var found = new List<LinkedListNode<Letter>>();
        lock (_lock)
        {
            for (var node = _letters.First; node is not null; node = node.Next)
                if (messageId is null || node.Value.Item.Spec.Id == messageId) found.Add(node);
        }
        return [.. found.GroupBy(node => node.Value.Item.Spec.Id, StringComparer.Ordinal)];
    }

    /// <summary>Takes one out; false where another caller has.</summary>
    public bool TryTake(LinkedListNode<Letter> letter)
    {
        lock (_lock)
        {
            if (letter.List is null) return false;
            Remove(letter);
            return true;
        }
    }

    private void Remove(LinkedListNode<Letter> letter)
    {
        _letters.Remove(letter);
        var queue = letter.Value.Item.Spec.Queue;
        if (--_ofQueue[queue] == 0) _ofQueue.Remove(queue);
    }

    public sealed record Letter(DispatchItem Item, string Reason);
}
