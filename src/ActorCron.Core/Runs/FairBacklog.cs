namespace ActorCron.Core.Runs;

/// <summary>What waits for one queue, in the order in which it is to be handed over: live work before late (catch-up, backfill),
/// higher priority first, and among equals the users in turn, so that one user's thousands do not hold up another's ten.
/// Taking and adding cost O(log classes), not O(waiting).</summary>
public sealed class FairBacklog<T>
{
    private readonly SortedDictionary<(bool Late, int Priority), Turns> _classes = new(Comparer<(bool Late, int Priority)>.Create(
        (a, b) => a.Late != b.Late ? a.Late.CompareTo(b.Late) : b.Priority.CompareTo(a.Priority)));

    public int Count { get; private set; }

    /// <summary>Whether only late work waits.</summary>
    public bool OnlyLate => Count > 0 && _classes.First().Key.Late;

    public void Add(string user, int priority, bool late, T item)
    {
        if (!_classes.TryGetValue((late, priority), out var turns)) _classes[(late, priority)] = turns = new Turns();
        turns.Add(user, item);
        Count++;
    }

    public bool TryTake(out T item)
    {
        if (Count == 0)
        {
            item = default!;
            return false;
        }
        var (key, turns) = _classes.First();
        item = turns.Take();
        if (turns.IsEmpty) _classes.Remove(key);
        Count--;
        return true;
    }

    private sealed class Turns
    {
        private readonly Dictionary<string, Queue<T>> _byUser = [];
        private readonly Queue<string> _order = new();

        public bool IsEmpty => _order.Count == 0;

        public void Add(string user, T item)
        {
            if (!_byUser.TryGetValue(user, out var waiting))
            {
                _byUser[user] = waiting = new Queue<T>();
                _order.Enqueue(user);
            }
            waiting.Enqueue(item);
        }

        public T Take()
        {
            var user = _order.Dequeue();
            var waiting = _byUser[user];
            var item = waiting.Dequeue();
            if (waiting.Count > 0) _order.Enqueue(user);
            else _byUser.Remove(user);
            return item;
        }
    }
}
