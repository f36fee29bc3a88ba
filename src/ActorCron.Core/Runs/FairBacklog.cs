using System.Diagnostics.CodeAnalysis;

namespace ActorCron.Core.Runs;

/// <summary>What waits for one queue, in the order in which it is to be handed over: live work before late (catch-up, backfill),
/// higher priority first, and among equals the users in turn, so that one user's thousands do not hold up another's ten.
/// Adding, taking and removing cost O(log classes), not O(waiting).</summary>
public sealed class FairBacklog<T>
{
    private static readonly Comparer<(bool Late, int Priority)> LiveAndUrgentFirst = Comparer<(bool Late, int Priority)>.Create(
        (a, b) => a.Late != b.Late ? a.Late.CompareTo(b.Late) : b.Priority.CompareTo(a.Priority));

    private readonly SortedDictionary<(bool Late, int Priority), Turns> _classes = new(LiveAndUrgentFirst);
    private Turns? _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Whether only late work waits.</summary>
    public bool OnlyLate => First is { Key.Late: true };

    private Turns? First => _first ??= Count == 0 ? null : _classes.First().Value;

    /// <summary>Puts an item behind its equals; answers its place, for whoever may have to take it out again.</summary>
    public Place Add(string user, int priority, bool late, T item)
    {
        var key = (late, priority);
        if (!_classes.TryGetValue(key, out var turns))
        {
            _classes[key] = turns = new Turns(key);
            if (_first is { } first && LiveAndUrgentFirst.Compare(key, first.Key) < 0) _first = null;
        }
        Count++;
        return turns.Add(user, item);
    }

    /// <summary>Takes the next one; false when nothing waits.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (First is not { } turns)
        {
            item = default;
            return false;
        }
        var place = turns.Take();
        item = place.Item;
        Left(turns);
        return true;
    }

    /// <summary>Takes an item out of the line; false when it was taken already.</summary>
    public bool Remove(Place place)
    {
        if (place.Line is not { } line) return false;
        line.Turns.Remove(place, line);
        Left(line.Turns);
        return true;
    }

    private void Left(Turns turns)
    {
        Count--;
        if (!turns.IsEmpty) return;
        _classes.Remove(turns.Key);
        if (turns == _first) _first = null;
    }

    /// <summary>Where an item stands in line.</summary>
    public sealed class Place
    {
        internal Place(T item) => Item = item;

        internal T Item { get; }
        internal UserLine? Line { get; set; }
        internal Place? Before { get; set; }
        internal Place? After { get; set; }
    }

    /// <summary>What waits of one user in one class.</summary>
    internal sealed class UserLine(Turns turns, string user)
    {
        private Place? _last;

        public Turns Turns { get; } = turns;
        public string User { get; } = user;
        public Place? First { get; private set; }
        public LinkedListNode<UserLine>? Turn { get; set; }

        public void Add(Place place)
        {
            (place.Line, place.Before) = (this, _last);
            if (_last is null) First = place;
            else _last.After = place;
            _last = place;
        }

        public void Remove(Place place)
        {
            if (place.Before is null) First = place.After;
            else place.Before.After = place.After;
            if (place.After is null) _last = place.Before;
            else place.After.Before = place.Before;
            (place.Line, place.Before, place.After) = (null, null, null);
        }
    }

    /// <summary>The users of one class, whose turn it is first.</summary>
    internal sealed class Turns((bool Late, int Priority) key)
    {
        private readonly Dictionary<string, UserLine> _byUser = [];
        private readonly LinkedList<UserLine> _order = new();

        public (bool Late, int Priority) Key { get; } = key;
        public bool IsEmpty => _order.Count == 0;

        public Place Add(string user, T item)
        {
            if (!_byUser.TryGetValue(user, out var line))
            {
                _byUser[user] = line = new UserLine(this, user);
                line.Turn = _order.AddLast(line);
            }
            var place = new Place(item);
            line.Add(place);
            return place;
        }

        public Place Take()
        {
            var turn = _order.First!;
            var place = turn.Value.First!;
            Remove(place, turn.Value);
            if (turn.List is null) return place;
            _order.Remove(turn);
            _order.AddLast(turn);
            return place;
        }

        public void Remove(Place place, UserLine line)
        {
            line.Remove(place);
            if (line.First is not null) return;
            _order.Remove(line.Turn!);
            _byUser.Remove(line.User);
        }
    }
}
