namespace ActorCron.Simulation.Engine;

/// <summary>What is to happen, and when: one thread, virtual time that jumps from event to event. Events of one time happen in the order in
/// which they were asked for, so the sequence is part of the key.</summary>
public sealed class EventLoop
{
    private Entry[] _heap = new Entry[1024];
    private int _count;
    private long _sequence;

    /// <summary>Virtual time in ticks of 100 ns since the run began.</summary>
    public long Now { get; private set; }

    /// <summary>Events that have happened.</summary>
    public long Happened { get; private set; }

    public Digest Digest { get; } = new();

    public bool IsEmpty => _count == 0;

    /// <summary>Plans an event.</summary>
    /// <param name="after">Ticks from now; what lies in the past happens at once.</param>
    /// <param name="kind">What sort it is, for the digest.</param>
    /// <param name="id">Whom it concerns, for the digest.</param>
    /// <param name="act">What happens.</param>
    public void After(long after, EventKind kind, long id, Action act) => At(Now + Math.Max(0, after), kind, id, act);

    public void At(long at, EventKind kind, long id, Action act)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, _heap.Length * 2);
        var entry = new Entry(Math.Max(at, Now), ++_sequence, kind, id, act);
        var i = _count++;
        while (i > 0 && entry.IsBefore(_heap[(i - 1) / 2]))
        {
            _heap[i] = _heap[(i - 1) / 2];
            i = (i - 1) / 2;
        }
        _heap[i] = entry;
    }

    /// <summary>Lets the next event happen, unless none is left before <paramref name="until"/>.</summary>
    public bool Step(long until)
    {
        if (_count == 0 || _heap[0].At > until)
        {
            Now = Math.Max(Now, until);
            return false;
        }
        var entry = Take();
        Now = entry.At;
        Happened++;
        Digest.Add(entry.At, entry.Sequence, (int)entry.Kind, entry.Id);
        entry.Act();
        return true;
    }

    private Entry Take()
    {
        var top = _heap[0];
        var last = _heap[--_count];
        _heap[_count] = default;
        var i = 0;
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && _heap[child + 1].IsBefore(_heap[child])) child++;
            if (!_heap[child].IsBefore(last)) break;
            _heap[i] = _heap[child];
            i = child;
        }
        if (_count > 0) _heap[i] = last;
        return top;
    }

    private readonly record struct Entry(long At, long Sequence, EventKind Kind, long Id, Action Act)
    {
        public bool IsBefore(in Entry other) => At != other.At ? At < other.At : Sequence < other.Sequence;
    }
}

/// <summary>Sorts of events. Part of the digest: add at the end.</summary>
public enum EventKind { Message, Timer, Store, Snapshot, History, Broker, Handler, Fault, Command, Membership, Process, Check }
