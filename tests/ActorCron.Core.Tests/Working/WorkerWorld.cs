using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;

namespace ActorCron.Core.Tests.Working;

/// <summary>A worker, a plain shard and a plain broker, with messages that are lost, come twice or in another order, and a worker's actor
/// that is started
/// again. It says what may never happen as soon as it does.</summary>
internal sealed class WorkerWorld(int seed)
{
    private const int Concurrency = 2;
    private readonly Random _random = new(seed);
    private readonly WorkerBench _bench = new(WorkerBench.Slots("a", "b") with { Concurrency = Concurrency });
    private readonly Dictionary<string, Book> _books = [];
    private readonly List<(string Run, int Attempt)> _queued = [];
    private readonly Dictionary<long, (string Run, int Attempt)> _unsettled = [];
    private readonly List<object> _toShard = [];
    private readonly List<object> _toWorker = [];
    private readonly List<Work> _work = [];
    private bool _isQuiet;
    private long _life = 1;
    private long _deliveries;

    public bool IsDrained { get; private set; }

    private bool IsDraining { get; set; }

    public void Play(int runs, int steps)
    {
        for (var i = 0; i < runs; i++)
        {
            _books[$"r{i}"] = new Book();
            _queued.Add(($"r{i}", 1));
        }
        for (var i = 0; i < steps; i++) Act();
    }

    /// <summary>Nothing is lost any more and handlers end: everything has to be done.</summary>
    public void Calm()
    {
        _isQuiet = true;
        for (var i = 0; i < 400 && !IsSettled(); i++)
        {
            Sweep();
            while (_queued.Count > 0) Deliver();
            while (_toShard.Count > 0) ShardHears(0);
            while (_toWorker.Count > 0) WorkerHears(0);
            foreach (var work in _work.Where(work => work.Result is null).ToList()) End(work);
            Ask(() => _bench.Pass(TimeSpan.FromSeconds(1)));
        }
        var open = _books.Where(book => book.Value.State != State.Ended).Select(book => $"{book.Key} {book.Value}");
        Assert.True(IsSettled(), $"seed {seed}: not settled; {string.Join(", ", open)}");
    }

    /// <summary>The node stops; what is left goes back.</summary>
    public void Stop()
    {
        IsDraining = true;
        Ask(() => _bench.Tell(Drain.Instance, WorkerBench.Stopper));
        for (var i = 0; i < 200 && !IsDrained; i++) Act();
        Ask(() => _bench.Pass(_bench.Settings.LongestDrain));
        Assert.True(IsDrained, $"seed {seed}: not drained");
    }

    public IReadOnlyDictionary<string, string> Ends => _books.ToDictionary(book => book.Key, book => book.Value.ToString());

    private bool IsSettled() => _books.Values.All(book => book.State == State.Ended) && _queued.Count == 0 && _unsettled.Count == 0
        && Held() == 0;

    private int Held()
    {
        _bench.Clear().Tell(GetLoad.Instance);
        var load = _bench.One<WorkerLoad>();
        _bench.Clear();
        return load.Queues.Sum(queue => queue.Taken);
    }

    private void Act()
    {
        switch (_random.Next(12))
        {
            case 0 or 1: Deliver(); break;
            case 2 or 3 or 4: ShardHears(_random.Next(_toShard.Count)); break;
            case 5 or 6 or 7: WorkerHears(_random.Next(_toWorker.Count)); break;
            case 8 when _work.FindAll(work => work.Result is null) is { Count: > 0 } open: End(open[_random.Next(open.Count)]); break;
            case 9: Ask(() => _bench.Pass(TimeSpan.FromMilliseconds(_random.Next(4000)))); break;
            case 10: Sweep(); break;
            case 11 when _random.Next(8) == 0 && !IsDraining: StartAgain(); break;
        }
    }

    private void Deliver()
    {
        if (_queued.Count == 0) return;
        var message = _queued[_random.Next(_queued.Count)];
        if (_isQuiet || _random.Next(10) > 0) _queued.Remove(message); // Else it comes twice.
        _unsettled[++_deliveries] = message;
        Ask(() => Assert.Equal(_deliveries, _bench.Take(message.Run, _random.Next(2) == 0 ? "a" : "b", message.Attempt)));
    }

    private void End(Work work)
    {
        work.Result = new AttemptResult(work.IsCancelled && _random.Next(2) == 0 ? RunState.Cancelled
            : _isQuiet || _random.Next(3) > 0 ? RunState.Succeeded
            : RunState.Failed);
        Ask(() => _bench.Tell(new WorkEnded(work.Start.Offer, work.Result, TimeSpan.FromMilliseconds(_random.Next(1000)))));
    }

    private void StartAgain()
    {
        var left = _work.Where(work => !work.IsForgotten)
            .Select(work => new LeftWork(work.Start.Offer, work.Start.Queue, work.Start.Order, work.Result)).ToArray();
        // What the consumers held is delivered again.
        _queued.AddRange(_unsettled.Values);
        _unsettled.Clear();
        Ask(() => _bench.StartAgain(++_life, left));
    }

    private void Sweep()
    {
        foreach (var (run, book) in _books.OrderBy(book => book.Key, StringComparer.Ordinal))
        {
            if (book.State == State.Running) _toWorker.Add(new ConfirmRunning(0, [new AttemptKey(run, book.Attempt)]));
            if (book.State == State.Running && _random.Next(10) == 0 && !_isQuiet)
                _toWorker.Add(new CancelAttempt(run, book.Attempt, "by hand"));
            var message = (run, book.Attempt);
            if (book.State == State.Waiting && _isQuiet && !_queued.Contains(message) && !_unsettled.ContainsValue(message)) _queued.Add(message);
        }
    }

    private T Pick<T>(List<T> from, int index)
    {
        var picked = from[index];
        if (_isQuiet || _random.Next(8) > 0) from.RemoveAt(index); // Else it comes again.
        return picked;
    }

    private bool IsLost() => !_isQuiet && _random.Next(8) == 0;

    private void WorkerHears(int index)
    {
        if (_toWorker.Count == 0) return;
        var message = Pick(_toWorker, index);
        if (!IsLost()) Ask(() => _bench.Tell(message));
    }

    private void ShardHears(int index)
    {
        if (_toShard.Count == 0) return;
        var message = Pick(_toShard, index);
        if (IsLost()) return;
        switch (message)
        {
            case OfferRun offer: OnOffer(offer); break;
            case ReportAttempt report:
                if (_books[report.RunId].Offer == report.Offer) _books[report.RunId].End(report.Attempt, report.Result);
                _toWorker.Add(new ReportStored(report.RunId, report.Attempt, report.Offer));
                break;
            case ReturnAttempt returned:
                if (_books[returned.RunId].Offer == returned.Offer) Lose(returned.RunId, returned.Attempt);
                _toWorker.Add(new ReportStored(returned.RunId, returned.Attempt, returned.Offer));
                break;
            case DisownAttempts disowned:
                foreach (var key in disowned.Attempts) Lose(key.Run, key.Attempt);
                break;
        }
    }

    private void OnOffer(OfferRun offer)
    {
        var book = _books[offer.RunId];
        if (book.State == State.Waiting && book.Attempt == offer.Attempt) (book.State, book.Offer) = (State.Running, offer.Offer);
        _toWorker.Add(book.State == State.Running && book.Offer == offer.Offer
            ? WorkerBench.OrderOf(offer.RunId, offer.Offer, book.Attempt)
            : new OfferDeclined(offer.RunId, offer.Offer, "not now"));
    }

    private void Lose(string run, int attempt)
    {
        var book = _books[run];
        if (book.State != State.Running || book.Attempt != attempt) return;
        Assert.DoesNotContain(_work, work => work.Start.Order.RunId == run && work.Result is null);
        (book.State, book.Offer, book.Attempt) = (State.Waiting, null, attempt + 1);
        _queued.Add((run, book.Attempt));
    }

    private void Ask(Action act)
    {
        _bench.Clear();
        act();
        foreach (var effect in _bench.Effects) CarryOut(effect);
        Assert.True(_work.Count(work => work.Result is null) <= Concurrency, $"seed {seed}: too many handlers");
    }

    private void CarryOut(Core.Machines.Effect effect)
    {
        switch (effect)
        {
            case SendToShard send: _toShard.Add(send.Message); break;
            case Core.Machines.Effect.Send { Message: DisownAttempts disowned }: _toShard.Add(disowned); break;
            case StartWork start: Begin(start); break;
            case CancelWork cancel: _work.Single(work => work.Start.Offer == cancel.Offer && work.Result is null).IsCancelled = true; break;
            case ForgetWork forget: _work.Single(work => work.Start.Offer == forget.Offer).IsForgotten = true; break;
            case SettleDelivery settle: Settle(settle); break;
            case Drained: IsDrained = true; break;
        }
    }

    private void Begin(StartWork start)
    {
        var run = start.Order.RunId;
        Assert.DoesNotContain(_work, work => work.Start.Offer == start.Offer);
        Assert.DoesNotContain(_work, work => work.Start.Order.RunId == run && work.Result?.State == RunState.Succeeded);
        Assert.DoesNotContain(_work, work => work.Start.Order.RunId == run && work.Result is null);
        _work.Add(new Work(start));
    }

    private void Settle(SettleDelivery settle)
    {
        Assert.True(_unsettled.Remove(settle.Number, out var message), $"seed {seed}: delivery {settle.Number} is settled twice");
        if (settle.How == Settlement.Requeue) _queued.Add(message);
    }

    private enum State { Waiting, Running, Ended }

    private sealed class Book
    {
        public State State { get; set; }
        public int Attempt { get; set; } = 1;
        public string? Offer { get; set; }
        private AttemptResult? Result { get; set; }

        public void End(int attempt, AttemptResult result)
        {
            if (State == State.Running && Attempt == attempt) (State, Result) = (State.Ended, result);
        }

        public override string ToString() => $"{State} {Attempt} {Result?.State}";
    }

    private sealed class Work(StartWork start)
    {
        public StartWork Start => start;
        public AttemptResult? Result { get; set; }
        public bool IsCancelled { get; set; }
        public bool IsForgotten { get; set; }
    }
}
