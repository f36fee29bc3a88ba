using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

/// <summary>The slots of a node: how many attempts may be taken, offered and executed at a time, and which waits for what.</summary>
internal sealed class SlotPlan
{
    // So long nothing has ended here: what is taken now would wait while another node may have a slot.
    private static readonly TimeSpan BusyWithLongRuns = TimeSpan.FromMilliseconds(500);

    private readonly SlotSettings _settings;
    private readonly List<QueueSlots> _queues = [];
    private readonly Dictionary<string, QueueSlots> _byName = [];
    private Queue<Attempt> _waiting = new();
    private readonly Queue<Attempt> _ready = new();
    private long _meanTicks = TimeSpan.TicksPerSecond;
    private TimeSpan _lastEnd;
    private int _unordered;
    private int _open;
    private int _gated;
    private int _turn;

    public SlotPlan(SlotSettings settings)
    {
        _settings = settings;
        foreach (var name in settings.Queues) Add(new QueueSlots(name, settings.Limited.Contains(name)));
    }

    /// <summary>In the order of the settings.</summary>
    public IReadOnlyList<QueueSlots> Queues => _queues;

    /// <summary>Handlers that run.</summary>
    public int Executing { get; private set; }

    /// <summary>Orders that were taken on so far.</summary>
    public int Started { get; set; }

    /// <summary>Whether no more runs are to be executed.</summary>
    public bool IsSpent => _settings.MaxRuns > 0 && Started >= _settings.MaxRuns;

    /// <summary>Whether another one could be one too many.</summary>
    public bool IsBeyondMaxRuns => _settings.MaxRuns > 0 && Started + _unordered >= _settings.MaxRuns;

    /// <summary>Runs of a few milliseconds spend most of their time on their way: more of them are taken, so that the slots do not wait.</summary>
    public int Pipeline => _settings.MaxRuns > 0 ? 1 : (int)Math.Clamp(20 * TimeSpan.TicksPerMillisecond / Math.Max(_meanTicks, TimeSpan.TicksPerMillisecond / 2), 1, 16);

    // With one queue its credit says it; several together may bring more than there are slots for. What waits does not count.
    private bool HasSlot => _queues.Count == 1 || _open < _settings.Concurrency * Pipeline;

    public QueueSlots? Find(string queue) => _byName.GetValueOrDefault(queue);

    /// <summary>A queue by its name, also one that this node served in an earlier life alone.</summary>
    public QueueSlots Of(string queue) => Find(queue) ?? new QueueSlots(queue, _settings.Limited.Contains(queue));

    /// <summary>A new attempt begins at a stage.</summary>
    public void Enter(Attempt attempt, Stage stage)
    {
        attempt.Stage = stage;
        Count(attempt, 1);
        if (stage == Stage.Waiting) _waiting.Enqueue(attempt);
        else if (stage == Stage.Gated) attempt.Queue.Gated.Enqueue(attempt);
        else if (stage == Stage.Ready) _ready.Enqueue(attempt);
    }

    /// <summary>An attempt goes from one stage to another: all counts follow from here.</summary>
    public void Move(Attempt attempt, Stage to)
    {
        Count(attempt, -1);
        Enter(attempt, to);
    }

    /// <summary>It is gone.</summary>
    public void Leave(Attempt attempt)
    {
        Count(attempt, -1);
        attempt.Stage = Stage.Returning;
    }

    /// <summary>The next attempt to offer to its shard, or null: it has a slot, and a start where its queue counts them.</summary>
    public Attempt? NextToOffer()
    {
        while (HasSlot && TryNextWaiting() is { } attempt)
        {
            if (attempt.Queue.Gated.Count == 0 && attempt.Queue.TryUseStart()) return attempt;
            Move(attempt, Stage.Gated);
        }
        return _gated > 0 && HasSlot ? NextGated() : null;
    }

    /// <summary>The next ordered attempt for which there is a place, or null.</summary>
    public Attempt? NextToStart()
    {
        while (Executing < _settings.Concurrency && _ready.TryDequeue(out var attempt))
            if (attempt.Stage == Stage.Ready) return attempt;
        return null;
    }

    /// <summary>What of a queue is not offered yet: taken out of its lines, not out of the counts.</summary>
    public List<Attempt> TakeUnoffered(Predicate<QueueSlots> ofQueue)
    {
        var taken = new List<Attempt>();
        var kept = new Queue<Attempt>();
        foreach (var attempt in _waiting)
        {
            if (ofQueue(attempt.Queue)) taken.Add(attempt);
            else kept.Enqueue(attempt);
        }
        _waiting = kept;
        foreach (var queue in _queues)
            if (ofQueue(queue)) while (queue.Gated.TryDequeue(out var attempt)) taken.Add(attempt);
        return taken;
    }

    /// <summary>A handler has stopped.</summary>
    public void Ended(TimeSpan took, TimeSpan now)
    {
        _lastEnd = now;
        _meanTicks += (took.Ticks - _meanTicks) / 20;
    }

    /// <summary>Shares the slots out anew; says of each queue what changed.</summary>
    public void Share(TimeSpan now, Decision<NoEvent> into)
    {
        if (_queues.Count == 0) return;
        var busy = 0;
        foreach (var queue in _queues) busy += queue.Taken > 0 ? 1 : 0;
        var total = Math.Min(_settings.Concurrency * Pipeline, _settings.MaxRuns > 0 ? Math.Max(0, _settings.MaxRuns - Started + Executing) : int.MaxValue);
        var isFullForLong = Executing >= _settings.Concurrency && now - _lastEnd > BusyWithLongRuns;
        var shares = CreditShares.Of(_queues.Count, busy, total, _settings.MaxRuns > 0, isFullForLong);
        var rank = 0;
        foreach (var queue in _queues)
        {
            var credit = shares.For(queue.Taken > 0, queue.Taken > 0 || busy == 0 ? rank++ : 0);
            Allow(queue, Math.Min(Math.Min(credit, _settings.Prefetch), queue.Permitted), into);
        }
    }

    private static void Allow(QueueSlots queue, int credit, Decision<NoEvent> into)
    {
        if (queue.Allowed == credit) return;
        queue.Allowed = credit;
        into.Effects.Add(new SetCredit(queue.Name, credit));
    }

    // In turn: no queue is asked first each time.
    private Attempt? NextGated()
    {
        for (var i = 0; i < _queues.Count; i++)
        {
            var queue = _queues[(_turn + i) % _queues.Count];
            if (queue.Gated.Count == 0 || !queue.TryUseStart()) continue;
            _turn = (_turn + i + 1) % _queues.Count;
            return queue.Gated.Dequeue();
        }
        return null;
    }

    private Attempt? TryNextWaiting() => _waiting.TryDequeue(out var attempt) ? attempt : null;

    private void Add(QueueSlots queue)
    {
        _queues.Add(queue);
        _byName.Add(queue.Name, queue);
    }

    private void Count(Attempt attempt, int by)
    {
        var stage = attempt.Stage;
        if (stage <= Stage.Offered) _unordered += by;
        if (stage is Stage.Waiting or Stage.Gated) attempt.Queue.Unoffered += by;
        if (stage == Stage.Gated) _gated += by;
        if (stage is Stage.Offered or Stage.Ready or Stage.Executing) _open += by;
        if (stage == Stage.Executing) Executing += by;
    }
}
