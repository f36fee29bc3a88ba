using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>How a delivery is settled.</summary>
internal enum Settlement : byte
{
    /// <summary>Not settled.</summary>
    None,
    Ack,
    Requeue,
    Reject,

    /// <summary>Settled, and the broker told.</summary>
    Sent,
}

/// <summary>
/// Knows every delivery of one channel that is not settled, and tells the broker what is. A tag sent twice would make the broker
/// close the channel, so the ledger alone decides what is sent, in one order: callers mark tags under a lock, one writer at a time
/// sends what is marked, many in one frame where their tags are adjacent.
/// </summary>
internal sealed class AckLedger(IChannel channel, ushort prefetch, Action settled)
{
    private static readonly Task<AckOutcome> AlreadySettled = Task.FromResult(AckOutcome.AlreadySettled);
    private static readonly Task<AckOutcome> ChannelLost = Task.FromResult(AckOutcome.ChannelLost);

    private readonly Lock _gate = new();

    // The state of the tags _first, _first + 1, …, in a ring; tags before _first are sent.
    private Settlement[] _ring = new Settlement[64];
    private ulong _first = 1;
    private int _count;

    private readonly List<ulong> _marked = [];
    private TaskCompletionSource<AckOutcome>? _batch;
    private int _outstanding;
    private bool _writing;
    private bool _closed;

    private Task<bool>? _fence;
    private Task<bool>? _nextFence;

    /// <summary>Deliveries that nobody has settled.</summary>
    public int Outstanding
    {
        get { lock (_gate) return _outstanding; }
    }

    /// <summary>Whether everything delivered is settled and the broker was told.</summary>
    public bool IsSettled
    {
        get { lock (_gate) return _outstanding == 0 && !_writing; }
    }

    /// <summary>Enters a delivery. One consumer on one channel: its tags come without gaps.</summary>
    public void Delivered(ulong tag)
    {
        lock (_gate)
        {
            if (tag != _first + (ulong)_count)
                throw new InvalidOperationException($"Delivery {tag} is out of order; {_first + (ulong)_count} was expected.");
            if (_count == _ring.Length) Grow();
            _count++;
            State(tag) = Settlement.None;
            _outstanding++;
        }
    }

    public Task<AckOutcome> Settle(ulong tag, bool multiple, Settlement settlement)
    {
        lock (_gate)
        {
            var changed = false;
            var pending = false;
            for (var t = multiple || tag < _first ? _first : tag; t <= tag; t++)
            {
                if (State(t) != Settlement.None) continue;
                pending = true;
                if (_closed) break;
                State(t) = settlement;
                _marked.Add(t);
                _outstanding--;
                changed = true;
            }
            if (!changed) return pending ? ChannelLost : AlreadySettled;

            _batch ??= new TaskCompletionSource<AckOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_writing)
            {
                _writing = true;
                // Not on the caller's scheduler, which may be an actor's.
                _ = Task.Run(WriteAsync);
            }
            return _batch.Task;
        }
    }

    /// <summary>From now on nothing can be settled.</summary>
    public void Close()
    {
        lock (_gate) _closed = true;
    }

    /// <summary>
    /// Completes with true when the broker has processed what was sent before. Any question with an answer does: a channel's
    /// methods are handled in order. Setting the prefetch again changes nothing. Waiting callers share one question.
    /// </summary>
    public Task<bool> FenceAsync()
    {
        lock (_gate)
        {
            if (_nextFence is not null) return _nextFence;
            var running = _fence;
            return _nextFence = Task.Run(() => AskAsync(running));
        }
    }

    private async Task<bool> AskAsync(Task? running)
    {
        if (running is not null) await running;
        lock (_gate)
        {
            _fence = _nextFence;
            _nextFence = null;
        }
        try
        {
            await channel.BasicQosAsync(0, prefetch, false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private async Task WriteAsync()
    {
        var frames = new List<(ulong Tag, bool Multiple, Settlement Settlement)>();
        while (true)
        {
            TaskCompletionSource<AckOutcome>? batch;
            lock (_gate)
            {
                batch = _batch;
                _batch = null;
                if (batch is null)
                {
                    _writing = false;
                    break;
                }
                frames.Clear();
                TakeMarked(frames);
            }

            var outcome = AckOutcome.Done;
            try
            {
                foreach (var (tag, multiple, settlement) in frames)
                {
                    if (settlement == Settlement.Ack) await channel.BasicAckAsync(tag, multiple);
                    else await channel.BasicNackAsync(tag, multiple, requeue: settlement == Settlement.Requeue);
                }
                // A closed connection swallows writes without a word.
                if (!channel.IsOpen) outcome = AckOutcome.ChannelLost;
            }
            catch (Exception)
            {
                // However a dead channel says so: nobody waiting may be left without an answer.
                outcome = AckOutcome.ChannelLost;
            }
            batch.SetResult(outcome);
        }
        settled();
    }

    private void TakeMarked(List<(ulong Tag, bool Multiple, Settlement Settlement)> frames)
    {
        TakePrefix(frames);
        foreach (var tag in _marked)
        {
            if (tag < _first || State(tag) == Settlement.Sent) continue;
            frames.Add((tag, false, State(tag)));
            State(tag) = Settlement.Sent;
        }
        _marked.Clear();
    }

    // Everything up to the first delivery that is not settled: runs of one kind go in one frame, over tags sent earlier.
    private void TakePrefix(List<(ulong Tag, bool Multiple, Settlement Settlement)> frames)
    {
        var run = (Last: 0UL, Length: 0, Settlement: Settlement.None);
        while (_count > 0 && State(_first) is var state and not Settlement.None)
        {
            if (state != Settlement.Sent)
            {
                if (run.Length > 0 && run.Settlement != state)
                {
                    frames.Add((run.Last, run.Length > 1, run.Settlement));
                    run = default;
                }
                run = (_first, run.Length + 1, state);
            }
            _first++;
            _count--;
        }
        if (run.Length > 0) frames.Add((run.Last, run.Length > 1, run.Settlement));
    }

    private ref Settlement State(ulong tag) => ref _ring[tag & (ulong)(_ring.Length - 1)];

    private void Grow()
    {
        var bigger = new Settlement[_ring.Length * 2];
        for (var tag = _first; tag < _first + (ulong)_count; tag++) bigger[tag & (ulong)(bigger.Length - 1)] = State(tag);
        _ring = bigger;
    }
}
