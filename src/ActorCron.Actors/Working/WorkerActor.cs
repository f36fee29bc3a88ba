using System.Collections.Immutable;
using System.Globalization;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Running;
using ActorCron.Actors.Scheduling;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace ActorCron.Actors.Working;

/// <summary>A node's worker: takes deliveries for which it has a slot, asks the shard that owns the run, executes, reports until the
/// report is stored. The shard decides; this only does.</summary>
/// <remarks>
/// <code>
/// taken ─► offered ─► executing ─► reporting ─► (gone)
///   └► (no slot) waiting   └► declined: acknowledged, gone
/// </code>
/// </remarks>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);

    // So long nothing has ended here: what is taken now would wait while another node may have a slot.
    private static readonly TimeSpan BusyWithLongRuns = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SlotSettings _settings;
    private readonly IRunBroker _broker;
    private readonly IActorRef _shards;
    private readonly IActorRef _scheduler;
    private readonly Func<string, IJobHandler?> _handlers;
    private readonly Action _onMaxRuns;
    private readonly TimeProvider _time;
    private readonly string _node;
    private readonly int _incarnation;
    private readonly Dictionary<string, IActorRef> _consumers = [];
    private readonly Dictionary<string, Attempt> _attempts = [];
    private readonly Dictionary<string, Permit> _permits = [];
    private readonly Dictionary<string, int> _allowed = [];
    private readonly Dictionary<string, QueueConsumer.Potential> _potential = [];
    private readonly Queue<Attempt> _ready = new();
    private readonly Queue<Attempt> _gated = new();
    private readonly Queue<Attempt> _waiting = new();
    private readonly Dictionary<string, int> _taken = [];
    private readonly Dictionary<string, long> _finished = [];
    private readonly ParcelShelf _parcels = new(Context.System);
    private long _offers;
    private long _permitsHeard;
    private int _executing;
    private int _started;
    private long _lastEnd;
    private double _meanSeconds = 1;
    private bool _draining;
    private IActorRef? _drainedTo;

    /// <param name="settings">See there.</param>
    /// <param name="broker">Where deliveries come from.</param>
    /// <param name="shards">The shard region.</param>
    /// <param name="scheduler">The scheduler's proxy: beside it the permits of limited queues are dealt.</param>
    /// <param name="handlers">The handler of a job type, or null.</param>
    /// <param name="onMaxRuns">Called once <see cref="SlotSettings.MaxRuns"/> have ended and are stored.</param>
    /// <param name="time">The clock.</param>
    public WorkerActor(SlotSettings settings, IRunBroker broker, IActorRef shards, IActorRef scheduler, Func<string, IJobHandler?> handlers, Action onMaxRuns, TimeProvider time)
    {
        (_settings, _broker, _shards, _scheduler, _handlers, _onMaxRuns, _time) = (settings, broker, shards, scheduler, handlers, onMaxRuns, time);
        foreach (var queue in settings.Limited) _permits[queue] = new Permit(0, 0);
        var self = Cluster.Get(Context.System).SelfUniqueAddress;
        (_node, _incarnation) = (RunShardActor.NodeOf(self.Address), self.Uid);
        _lastEnd = time.GetTimestamp();

        Receive<QueueConsumer.Taken>(OnTaken);
        Receive<QueueConsumer.Potential>(potential => _potential[potential.Queue] = potential);
        Receive<ExecuteRun>(OnExecute);
        Receive<MessagePart>(part =>
        {
            if (_parcels.Add(part) is { } whole) Self.Forward(whole);
        });
        Receive<OfferDeclined>(OnDeclined);
        Receive<HandlerEnded>(OnEnded);
        Receive<ReportStored>(OnStored);
        Receive<CancelAttempt>(cancel => Find(cancel.RunId, cancel.Attempt)?.Execution?.Cancel(cancel.Reason));
        Receive<ConfirmRunning>(OnConfirm);
        Receive<GetOutput>(get => Sender.Tell(new RunOutput(JobOutput.Bounded(Find(get.RunId, get.Attempt)?.Execution?.Context.Output.ToString()))));
        Receive<GetLoad>(_ => Sender.Tell(new WorkerLoad(_node, _executing, [.. _taken.Select(pair => new QueueLoad(pair.Key, pair.Value, _finished.GetValueOrDefault(pair.Key)))])));
        Receive<AskAgain>(_ => OnAskAgain());
        Receive<Share>(_ => ShareCredit());
        Receive<AskForPermits>(_ => OnAskForPermits());
        Receive<Permits>(OnPermits);
        Receive<Drain>(OnDrain);
        Receive<DrainExpired>(_ => OnDrainExpired());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A queue's consumer failed and is started again");
        return Directive.Restart;
    });

    protected override void PreStart()
    {
        for (var i = 0; i < _settings.Queues.Count; i++)
        {
            var queue = _settings.Queues[i];
            _consumers[queue] = Context.ActorOf(Props.Create(() => new QueueConsumer(queue, _broker, _settings.AckWithin, _time)), $"queue-{i}");
            _taken[queue] = 0;
        }
        ShareCredit();
        Timers.StartPeriodicTimer(nameof(AskAgain), AskAgain.Instance, TimeSpan.FromSeconds(1));
        Timers.StartPeriodicTimer(nameof(AskForPermits), AskForPermits.Instance, TimeSpan.FromMilliseconds(250));
        Timers.StartPeriodicTimer(nameof(Share), Share.Instance, TimeSpan.FromMilliseconds(500));
    }

    // Queues share the node's slots: one that is idle lends its share to those that are busy and keeps a foot in the door, unless all
    // slots are taken for long.
    private void ShareCredit()
    {
        if (_draining || _consumers.Count == 0) return;
        var total = Math.Min(_settings.Concurrency * Pipeline, _settings.MaxRuns > 0 ? Math.Max(0, _settings.MaxRuns - _started + _executing) : int.MaxValue);
        var busy = _taken.Where(pair => pair.Value > 0).Select(pair => pair.Key).ToHashSet();
        var sharers = busy.Count > 0 ? busy : [.. _consumers.Keys];
        var spare = _settings.MaxRuns > 0 ? Math.Max(0, total - (_consumers.Count - sharers.Count)) : total;
        var foot = _settings.MaxRuns == 0 && _executing >= _settings.Concurrency && _time.GetElapsedTime(_lastEnd) > BusyWithLongRuns ? 0 : 1;
        var rank = 0;
        foreach (var (queue, consumer) in _consumers)
        {
            var credit = sharers.Contains(queue) ? Math.Max(total > 0 ? 1 : 0, (spare / sharers.Count) + (rank++ < spare % sharers.Count ? 1 : 0)) : foot;
            _allowed[queue] = Math.Min(Math.Min(Math.Min(credit, total), _settings.Prefetch), Permitted(queue));
            consumer.Tell(new QueueConsumer.SetAllowed(_allowed[queue]));
        }
    }

    private int Permitted(string queue) => _permits.TryGetValue(queue, out var permit)
        ? Math.Min(permit.Concurrency ?? int.MaxValue, permit.Starts is { } starts ? Ungated(queue) + Math.Max(1, starts) : int.MaxValue)
        : int.MaxValue;

    private int Ungated(string queue) => _taken[queue] - _gated.Concat(_waiting).Count(attempt => attempt.Queue == queue);

    // Also while it drains: what it still executes counts.
    private void OnAskForPermits()
    {
        if (_consumers.Count == 0) return;
        // Starts are not saved up for a burst.
        foreach (var queue in _consumers.Keys)
            if (_taken[queue] == 0 && _permits.GetValueOrDefault(queue) is { Starts: > 0 } permit) _permits[queue] = permit with { Starts = 0 };
        _scheduler.Tell(new AskPermits(_node, _incarnation, [.. _taken.Select(pair => NeedOf(pair.Key, pair.Value))], _permitsHeard));
    }

    private QueueNeed NeedOf(string queue, int taken)
    {
        var permit = _permits.GetValueOrDefault(queue);
        var (allowed, potential) = (_allowed.GetValueOrDefault(queue), _potential.GetValueOrDefault(queue));
        // What the consumer said before it heard of the newest allowance says little.
        var onItsWay = potential is null ? allowed : potential.Allowed == allowed ? potential.Count : Math.Max(potential.Count, allowed);
        return new(queue, taken, permit?.Starts ?? 0, Math.Max(taken, Math.Max(permit?.Concurrency ?? 0, onItsWay)), _gated.Count(attempt => attempt.Queue == queue));
    }

    private void OnPermits(Permits permits)
    {
        _permitsHeard = permits.Number;
        foreach (var grant in permits.Queues)
            if (_taken.ContainsKey(grant.Queue)) _permits[grant.Queue] = new Permit(grant.Concurrency, grant.Starts is { } starts ? starts + (_permits.GetValueOrDefault(grant.Queue)?.Starts ?? 0) : null);
        if (permits.Queues.Length == 0) return;
        OfferGated();
        ShareCredit();
    }

    private bool TryUseStart(string queue)
    {
        if (!_permits.TryGetValue(queue, out var permit) || permit.Starts is not { } starts) return true;
        if (starts == 0) return false;
        _permits[queue] = permit with { Starts = starts - 1 };
        return true;
    }

    // What was taken of a queue with a rate waits here for its turn, a handful at most.
    private void OfferGated()
    {
        for (var left = _gated.Count; left > 0; left--)
        {
            var attempt = _gated.Dequeue();
            if (!_attempts.ContainsKey(attempt.Offer)) continue;
            if (TryUseStart(attempt.Queue)) Offer(attempt);
            else _gated.Enqueue(attempt);
        }
    }

    // Runs of a few milliseconds spend most of their time on their way: more of them are taken, so that the slots do not wait.
    private int Pipeline => _settings.MaxRuns > 0 ? 1 : Math.Clamp((int)(0.02 / Math.Max(_meanSeconds, 0.0005)), 1, 16);

    private bool IsBeyondMaxRuns => _settings.MaxRuns > 0 && _started + _attempts.Values.Count(attempt => attempt.Order is null) >= _settings.MaxRuns;

    private void OnTaken(QueueConsumer.Taken taken)
    {
        var delivery = taken.Delivery;
        var attempt = new Attempt(string.Create(CultureInfo.InvariantCulture, $"{_incarnation}-{++_offers}"), taken.Number, taken.Queue, Sender, delivery) { AskedAt = _time.GetUtcNow() };
        _taken[taken.Queue]++;
        if (_draining || IsBeyondMaxRuns)
        {
            Release(attempt, QueueConsumer.Settlement.Requeue);
            return;
        }
        if (_handlers(delivery.Spec.Job.Type) is null)
        {
            var reason = $"unknown job type '{delivery.Spec.Job.Type}'";
            _shards.Tell(new BuryRun(RunShards.Of(delivery.Spec.Id), delivery.Spec.Id, delivery.Attempt, reason));
            Release(attempt, QueueConsumer.Settlement.DeadLetter, reason);
            return;
        }
        _attempts[attempt.Offer] = attempt;
        if (HasSlot) Begin(attempt);
        else _waiting.Enqueue(attempt);
    }

    // With one queue its credit says it; several together may bring more than there are slots for. What waits does not count as running.
    private bool HasSlot => _consumers.Count == 1 || _attempts.Values.Count(attempt => attempt.IsOffered && attempt.Result is null) < _settings.Concurrency * Pipeline;

    private void BeginWaiting()
    {
        while (_waiting.TryPeek(out var attempt) && (HasSlot || !_attempts.ContainsKey(attempt.Offer)))
        {
            _waiting.Dequeue();
            if (_attempts.ContainsKey(attempt.Offer)) Begin(attempt);
        }
    }

    private void Begin(Attempt attempt)
    {
        if (TryUseStart(attempt.Queue)) Offer(attempt);
        else _gated.Enqueue(attempt);
    }

    private void Offer(Attempt attempt)
    {
        attempt.IsOffered = true;
        attempt.AskedAt = _time.GetUtcNow();
        var spec = attempt.Delivery.Spec;
        _shards.Tell(new OfferRun(RunShards.Of(spec.Id), spec.Id, attempt.Delivery.Attempt, attempt.Offer, _node, _incarnation, spec.Trigger == RunTrigger.Message ? spec : null));
    }

    private void OnDeclined(OfferDeclined declined)
    {
        if (!_attempts.TryGetValue(declined.Offer, out var attempt) || attempt.Execution is not null) return;
        _log.Debug("{0} is not executed here: {1}", declined.RunId, declined.Reason);
        _attempts.Remove(declined.Offer);
        if (declined.Unknown) Release(attempt, QueueConsumer.Settlement.DeadLetter, declined.Reason);
        else Release(attempt, QueueConsumer.Settlement.Ack);
        BeginWaiting();
        StopIfDone();
    }

    private void OnExecute(ExecuteRun execute)
    {
        if (!_attempts.TryGetValue(execute.Offer, out var attempt))
        {
            // Its delivery went back before the answer came: the shard must not wait for it.
            _shards.Tell(new ReturnAttempt(RunShards.Of(execute.RunId), execute.RunId, execute.Attempt, execute.Offer, Begun: false));
            return;
        }
        if (attempt.Order is not null) return;
        attempt.Order = execute;
        attempt.Consumer.Tell(new QueueConsumer.Accepted(attempt.Number));
        _started++;
        _ready.Enqueue(attempt);
        StartReady();
        if (_settings.MaxRuns > 0 && _started >= _settings.MaxRuns) StopConsumers();
    }

    private void StartReady()
    {
        while (_executing < _settings.Concurrency && _ready.TryDequeue(out var attempt))
        {
            var order = attempt.Order!;
            var spec = order.Spec;
            if (_handlers(spec.Job.Type) is not { } handler)
            {
                Report(attempt, new AttemptResult(RunState.Failed, Error: $"unknown job type '{spec.Job.Type}'", Permanent: true));
                continue;
            }
            var context = new JobContext
            {
                RunId = spec.Id, Schedule = spec.Schedule, User = spec.User, ScheduledFor = spec.ScheduledFor, Attempt = order.Attempt, Fence = order.Fence,
                Job = spec.Job, OwnParams = order.Own ?? spec.Job.Params, Batch = spec.Batch, FromCrontab = spec.FromCrontab,
                TraceParent = spec.TraceParent ?? attempt.Delivery.Spec.TraceParent,
                Output = spec.Batch is { Role: BatchRole.Split } ? new JobOutput(SplitOutput.MaxBytes) : new JobOutput(),
            };
            attempt.Execution = new AttemptExecution(context, handler, spec.Timeout, _settings.CancelGrace, _time);
            _executing++;
            var startedAt = _time.GetTimestamp();
            attempt.Execution.RunAsync().PipeTo(Self, Self, result => new HandlerEnded(attempt.Offer, result, _time.GetElapsedTime(startedAt)));
        }
    }

    private void OnEnded(HandlerEnded ended)
    {
        _executing--;
        _lastEnd = _time.GetTimestamp();
        _meanSeconds = (_meanSeconds * 0.95) + (ended.Took.TotalSeconds * 0.05);
        if (_attempts.TryGetValue(ended.Offer, out var attempt) && !attempt.IsReturned) Report(attempt, ended.Result);
        BeginWaiting();
        StartReady();
    }

    private void Report(Attempt attempt, AttemptResult result)
    {
        attempt.Result = result;
        _finished[attempt.Queue] = _finished.GetValueOrDefault(attempt.Queue) + 1;
        SendReport(attempt);
        // Where runs are limited, one runs until the books say that it has ended.
        if (!_permits.ContainsKey(attempt.Queue)) Release(attempt, QueueConsumer.Settlement.Ack);
    }

    private void SendReport(Attempt attempt)
    {
        var order = attempt.Order!;
        var shard = RunShards.Of(order.RunId);
        attempt.AskedAt = _time.GetUtcNow();
        if (attempt.IsReturned) _shards.Tell(new ReturnAttempt(shard, order.RunId, order.Attempt, order.Offer, Begun: attempt.Execution is not null));
        else Parcels.Send(_shards, new ReportAttempt(shard, order.RunId, order.Attempt, order.Offer, attempt.Result!), attempt.Result!.Output?.Length ?? 0, shard, Self, Context.System);
    }

    private void OnStored(ReportStored stored)
    {
        if (_attempts.Remove(stored.Offer, out var attempt)) Release(attempt, QueueConsumer.Settlement.Ack);
        StopIfDone();
    }

    private void Release(Attempt attempt, QueueConsumer.Settlement how, string? reason = null)
    {
        if (attempt.IsReleased) return;
        attempt.IsReleased = true;
        _taken[attempt.Queue]--;
        attempt.Consumer.Tell(new QueueConsumer.Release(attempt.Number, how, reason));
    }

    private Attempt? Find(string runId, int number) => _attempts.Values.FirstOrDefault(attempt => attempt.Order is { } order && order.RunId == runId && order.Attempt == number);

    private void OnConfirm(ConfirmRunning confirm)
    {
        var mine = _attempts.Values.Select(attempt => attempt.Delivery.Spec.Id).ToHashSet();
        var unknown = confirm.Attempts.Where(key => !mine.Contains(key.Run)).ToImmutableArray();
        if (unknown.Length > 0) Sender.Tell(new DisownAttempts(confirm.Shard, unknown));
    }

    private void OnAskAgain()
    {
        var late = _time.GetUtcNow() - AskAgainAfter;
        foreach (var attempt in _attempts.Values.Where(attempt => attempt.AskedAt < late && attempt.IsOffered))
        {
            if (attempt.Result is not null || attempt.IsReturned) SendReport(attempt);
            else if (attempt.Order is null) Offer(attempt);
        }
    }

    private void StopConsumers()
    {
        foreach (var consumer in _consumers.Values) consumer.Tell(QueueConsumer.StopTaking.Instance);
    }

    private void OnDrain(Drain drain)
    {
        (_draining, _drainedTo) = (true, Sender);
        StopConsumers();
        // What is not accepted yet goes back at once: its offer may still be answered, and is then disowned by this node's end.
        foreach (var attempt in _attempts.Values.Where(attempt => attempt.Order is null).ToList())
        {
            _attempts.Remove(attempt.Offer);
            Release(attempt, QueueConsumer.Settlement.Requeue);
        }
        _waiting.Clear();
        Timers.StartSingleTimer(nameof(DrainExpired), DrainExpired.Instance, _settings.DrainTimeout);
        StopIfDone();
    }

    private void OnDrainExpired()
    {
        foreach (var attempt in _attempts.Values.Where(attempt => attempt.Order is not null && attempt.Result is null))
        {
            attempt.IsReturned = true;
            attempt.Execution?.Cancel("its node stops");
            SendReport(attempt);
            Release(attempt, QueueConsumer.Settlement.Ack);
        }
        _ready.Clear();
    }

    private void StopIfDone()
    {
        if (_attempts.Count > 0) return;
        if (_draining)
        {
            _drainedTo?.Tell(Done.Instance);
            _drainedTo = null;
        }
        else if (_settings.MaxRuns > 0 && _started >= _settings.MaxRuns) _onMaxRuns();
    }

    private sealed class Attempt(string offer, long number, string queue, IActorRef consumer, RunDelivery delivery)
    {
        public string Offer { get; } = offer;
        public long Number { get; } = number;
        public string Queue { get; } = queue;
        public IActorRef Consumer { get; } = consumer;
        public RunDelivery Delivery { get; } = delivery;
        public DateTimeOffset AskedAt { get; set; }
        public bool IsOffered { get; set; }
        public ExecuteRun? Order { get; set; }
        public AttemptExecution? Execution { get; set; }
        public AttemptResult? Result { get; set; }
        public bool IsReleased { get; set; }
        public bool IsReturned { get; set; }
    }

    /// <summary>Stop taking work; answered with <see cref="Akka.Done"/> when all that ran has ended or been given back.</summary>
    public sealed record Drain : INoSerializationVerificationNeeded { public static readonly Drain Instance = new(); }

    private sealed record HandlerEnded(string Offer, AttemptResult Result, TimeSpan Took) : INoSerializationVerificationNeeded;
    private sealed record AskAgain : INoSerializationVerificationNeeded { public static readonly AskAgain Instance = new(); }
    private sealed record Permit(int? Concurrency, int? Starts);
    private sealed record AskForPermits : INoSerializationVerificationNeeded { public static readonly AskForPermits Instance = new(); }
    private sealed record Share : INoSerializationVerificationNeeded { public static readonly Share Instance = new(); }
    private sealed record DrainExpired : INoSerializationVerificationNeeded { public static readonly DrainExpired Instance = new(); }
}
