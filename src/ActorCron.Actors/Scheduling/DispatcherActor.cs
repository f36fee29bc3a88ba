using System.Collections.Immutable;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Running;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Scheduling;

/// <summary>Has runs put on record by their shards, then streams them to the broker in a fair order with a bounded number of unconfirmed
/// messages. The shards are its outbox: what it holds in memory they hold on record, and they tell a fresh dispatcher all that awaits publishing.</summary>
public sealed class DispatcherActor : ReceiveActor, IWithTimers
{
    private const int MaxChunk = 200;
    private const int MaxChunkBytes = 512 * 1024;
    private const int RegisterTries = 4;
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    // A shard that moves to another node may lose a message on its way; to register twice does no harm.
    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DispatchTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ExternalHold = TimeSpan.FromMinutes(35); // RabbitMQ takes an unacknowledged delivery back after 30.

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly long _epoch;
    private readonly IActorRef _shards;
    private readonly IRunBroker _broker;
    private readonly SchedulerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Dictionary<string, QueueState> _queues = [];
    private readonly HashSet<AttemptKey> _known = [];
    private readonly Dictionary<AttemptKey, DispatchItem> _unconfirmed = [];
    private readonly Dictionary<int, Confirmed> _published = [];
    private readonly Dictionary<AttemptKey, Waiter> _waiters = [];
    private readonly HashSet<string> _beingMeasured = [];
    private readonly Dictionary<string, ExternalQueueGate> _gates;
    private readonly ParcelShelf _parcels = new(Context.System);
    private ISourceQueueWithComplete<DispatchItem>? _stream;
    private long _streamNumber;
    private int _failures;
    private double _lateTokens;
    private DateTimeOffset _lateAt;

    public DispatcherActor(long epoch, IActorRef shards, IRunBroker broker, SchedulerSettings settings, TimeProvider time)
    {
        (_epoch, _shards, _broker, _settings, _time) = (epoch, shards, broker, settings, time);
        _lateAt = time.GetUtcNow();
        _gates = settings.Limits.Where(limit => settings.ExternalQueues.Contains(limit.Key)).ToDictionary(limit => limit.Key, limit => new ExternalQueueGate(limit.Value, _lateAt));

        Receive<RegisterAll>(OnRegisterAll);
        Receive<DispatchRuns>(OnDispatchRuns);
        Receive<ChunkRegistered>(registered => Take(registered.Answer));
        Receive<RegistrationAnswered>(OnRegistrationAnswered);
        Receive<PendingRuns>(pending =>
        {
            foreach (var item in pending.Items) Add(item);
            Pump();
        });
        Receive<MessagePart>(part =>
        {
            if (_parcels.Add(part) is { } whole) Self.Forward(whole);
        });
        Receive<UntakenRuns>(OnUntaken);
        Receive<Measured>(OnMeasured);
        Receive<OpenCounted>(counted =>
        {
            _gates[counted.Queue].Counted(counted.Open?.Concat(_unconfirmed.Where(pair => pair.Value.Spec.Queue == counted.Queue).Select(pair => pair.Key)));
            Pump();
        });
        Receive<UntakenMeasured>(OnUntakenMeasured);
        Receive<Outcome>(OnOutcome);
        Receive<StreamEnded>(OnStreamEnded);
        Receive<OpenStream>(_ => Open());
        Receive<FlushPublished>(_ => Flush());
        Receive<WakeShards>(_ => Wake());
        Receive<PumpAgain>(_ => Pump());
        Receive<GetBacklogs>(_ => Sender.Tell(new Backlogs([.. _queues.Select(pair => new QueueBacklog(pair.Key, pair.Value.Backlog.Count, pair.Value.Published))])));
        Receive<WaiterExpired>(expired => Answer(expired.Key, late: true));
        Receive<Status.Failure>(failure => _log.Warning(failure.Cause, "A question to the broker or a shard went unanswered"));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Open();
        Wake();
        Timers.StartPeriodicTimer(nameof(WakeShards), WakeShards.Instance, TimeSpan.FromSeconds(2));
    }

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        base.PostStop();
    }

    // Also what brings a shard up again on another node: nobody else may have a message for it.
    private void Wake()
    {
        for (var shard = 0; shard < RunShards.Count; shard++) _shards.Tell(new Wake(shard, _epoch));
    }

    private void OnRegisterAll(RegisterAll all)
    {
        var self = Self;
        var parent = Sender;
        if (all.Runs.IsEmpty)
        {
            parent.Tell(new AllRegistered(all.Through));
            return;
        }
        // A shard's runs stay in order; shards go side by side.
        Source.From(all.Runs.GroupBy(run => RunShards.Of(run.Spec.Id)))
            .SelectAsyncUnordered(8, async shard =>
            {
                foreach (var chunk in Chunks(shard)) self.Tell(new ChunkRegistered(await Register(shard.Key, chunk, most: int.MaxValue)));
                return shard.Key;
            })
            .RunWith(Sink.Ignore<int>(), _materializer)
            .PipeTo(parent, self, () => new AllRegistered(all.Through), cause => new Status.Failure(cause));
    }

    private async Task<RunsRegistered> Register(int shard, ImmutableArray<NewRun> chunk, int most)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await _shards.Ask<RunsRegistered>(new RegisterRuns(shard, chunk, _epoch), RegisterTimeout, _stopped.Token);
            }
            catch (Exception cause) when (tries < most && cause is (AskTimeoutException or TaskCanceledException) && !_stopped.IsCancellationRequested)
            {
                if (tries == 1) _log.Warning("Shard {0} did not put {1} runs on record in time; asked again until it does", shard, chunk.Length);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(250 * tries, 2000)), _time, _stopped.Token);
            }
        }
    }

    private static IEnumerable<ImmutableArray<NewRun>> Chunks(IEnumerable<NewRun> runs)
    {
        var chunk = ImmutableArray.CreateBuilder<NewRun>();
        var bytes = 0;
        foreach (var run in runs)
        {
            var size = 400 + run.Spec.Job.Params.Length;
            if (chunk.Count > 0 && (chunk.Count == MaxChunk || bytes + size > MaxChunkBytes))
            {
                yield return chunk.ToImmutable();
                chunk.Clear();
                bytes = 0;
            }
            chunk.Add(run);
            bytes += size;
        }
        if (chunk.Count > 0) yield return chunk.ToImmutable();
    }

    private void OnDispatchRuns(DispatchRuns dispatch)
    {
        var sender = Sender;
        var asks = dispatch.Runs.GroupBy(run => RunShards.Of(run.Spec.Id))
            .SelectMany(shard => Chunks(shard).Select(chunk => Register(shard.Key, chunk, RegisterTries)))
            .ToList();
        Task.WhenAll(asks).PipeTo(Self, Self,
            answers => new RegistrationAnswered([.. answers.SelectMany(answer => answer.Runs)], dispatch.AwaitDispatch, sender),
            _ => new RegistrationAnswered([], dispatch.AwaitDispatch, sender));
    }

    private void OnRegistrationAnswered(RegistrationAnswered answered)
    {
        if (answered.Runs.IsEmpty)
        {
            answered.Asker.Tell(new Unavailable("the shard that owns the run did not answer"));
            return;
        }
        var items = answered.Runs.Select(run => run.Dispatch).OfType<DispatchItem>().ToList();
        foreach (var item in items) Add(item);
        // Behind a limit or a backlog a confirm may take any time.
        if (answered.AwaitDispatch && items.Count == 1 && GoesAtOnce(items[0].Spec.Queue))
        {
            var key = KeyOf(items[0]);
            _waiters[key] = new Waiter(answered.Asker, new RunsDispatched(answered.Runs));
            Timers.StartSingleTimer(key, new WaiterExpired(key), DispatchTimeout);
        }
        else answered.Asker.Tell(new RunsDispatched(answered.Runs));
        Pump();
    }

    private bool GoesAtOnce(string name) =>
        !_gates.ContainsKey(name) && QueueOf(name) is var queue && queue.Backlog.Count <= _settings.ConfirmWindow && (!_broker.IsDurable || queue.Window.HasRoom);

    private void Take(RunsRegistered registered)
    {
        foreach (var run in registered.Runs)
            if (run.Dispatch is { } item) Add(item);
        Pump();
    }

    private static AttemptKey KeyOf(DispatchItem item) => new(item.Spec.Id, item.Attempt);

    private void Add(DispatchItem item)
    {
        if (_known.Add(KeyOf(item))) QueueOf(item.Spec.Queue).Backlog.Add(item.Spec.User, item.Spec.Priority, item.Spec.Late, item);
    }

    private QueueState QueueOf(string queue)
    {
        if (!_queues.TryGetValue(queue, out var state)) _queues[queue] = state = new QueueState(_settings.ExternalQueues.Contains(queue));
        return state;
    }

    private void Pump()
    {
        if (_stream is null) return;
        RefillLateTokens();
        var progress = true;
        while (progress && _unconfirmed.Count < _settings.ConfirmWindow)
        {
            progress = false;
            // One from each queue in turn: a full queue holds up no other.
            foreach (var (name, queue) in _queues)
            {
                if (_unconfirmed.Count >= _settings.ConfirmWindow) break;
                if (!MayGo(name, queue) || !queue.Backlog.TryTake(out var item)) continue;
                Publish(queue, item);
                progress = true;
            }
        }
    }

    private bool MayGo(string name, QueueState queue)
    {
        if (queue.Backlog.Count == 0) return false;
        if (_broker.IsDurable && !queue.Window.HasRoom)
        {
            Measure(name);
            return false;
        }
        if (_gates.TryGetValue(name, out var gate) && !MayGoOutside(name, gate)) return false;
        if (!queue.Backlog.OnlyLate) return true;
        if (_lateTokens >= 1)
        {
            _lateTokens--;
            return true;
        }
        Timers.StartSingleTimer(nameof(PumpAgain), PumpAgain.Instance, TimeSpan.FromMilliseconds(50));
        return false;
    }

    private bool MayGoOutside(string name, ExternalQueueGate gate)
    {
        var now = _time.GetUtcNow();
        if (gate.MayGo(now)) return true;
        if (gate.MustCount(now)) CountOpen(name, gate.Out);
        Timers.StartSingleTimer(nameof(PumpAgain), PumpAgain.Instance, TimeSpan.FromMilliseconds(50));
        return false;
    }

    private void CountOpen(string queue, IReadOnlyCollection<AttemptKey> published)
    {
        // The shards hear first of what the broker has confirmed; one that moves may miss it.
        Flush();
        var known = published.ToLookup(key => RunShards.Of(key.Run));
        Task.WhenAll(Enumerable.Range(0, RunShards.Count).Select(shard => _shards.Ask<OpenAttempts>(new GetOpenAttempts(shard, queue, [.. known[shard]]), AskTimeout, _stopped.Token)))
            .PipeTo(Self, Self, answers => new OpenCounted(queue, [.. answers.SelectMany(answer => answer.Attempts)]), _ => new OpenCounted(queue, null));
    }

    private void Publish(QueueState queue, DispatchItem item)
    {
        _unconfirmed[KeyOf(item)] = item;
        _gates.GetValueOrDefault(item.Spec.Queue)?.Published(KeyOf(item));
        queue.Window.Published();
        // Never full: the buffer is as large as the window of unconfirmed messages.
        _stream!.OfferAsync(item);
    }

    private void RefillLateTokens()
    {
        var now = _time.GetUtcNow();
        _lateTokens = Math.Min(_settings.CatchUpRate / 5.0 + 1, _lateTokens + (Math.Max(0, (now - _lateAt).TotalSeconds) * _settings.CatchUpRate));
        _lateAt = now;
    }

    private void Measure(string queue)
    {
        if (!_beingMeasured.Add(queue)) return;
        var confirmed = QueueOf(queue).Window.Handed - _unconfirmed.Values.Count(item => item.Spec.Queue == queue);
        DepthOf(queue).PipeTo(Self, Self, depth => new Measured(queue, depth?.Messages, confirmed), _ => new Measured(queue, null, confirmed));
    }

    private async Task<QueueDepth?> DepthOf(string queue)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        bound.CancelAfter(AskTimeout);
        return await _broker.GetDepthAsync(queue, bound.Token);
    }

    private void OnMeasured(Measured measured)
    {
        _beingMeasured.Remove(measured.Queue);
        var window = QueueOf(measured.Queue).Window;
        if (measured.Depth is { } depth) window.Seen(depth, window.Handed - measured.Confirmed, _time.GetUtcNow());
        if (window.HasRoom) Pump();
        if (!window.HasRoom || QueueOf(measured.Queue).Backlog.Count > 0) Timers.StartSingleTimer(nameof(PumpAgain), PumpAgain.Instance, TimeSpan.FromMilliseconds(50));
    }

    private void Open()
    {
        var self = Self;
        var number = ++_streamNumber;
        var (queue, done) = Source.Queue<DispatchItem>(_settings.ConfirmWindow + 1, OverflowStrategy.Fail)
            .ViaMaterialized(_broker.Publish(), Keep.Left)
            .ToMaterialized(Sink.ForEach<DispatchOutcome>(outcome => self.Tell(new Outcome(number, outcome))), Keep.Both)
            .Run(_materializer);
        _stream = queue;
        done.PipeTo(self, self, () => new StreamEnded(number, null), cause => new StreamEnded(number, cause));
        Pump();
    }

    private void OnOutcome(Outcome outcome)
    {
        if (outcome.Stream != _streamNumber) return;
        var item = outcome.Of.Item;
        var key = KeyOf(item);
        if (!_unconfirmed.Remove(key)) return;
        _failures = 0;
        if (outcome.Of.Failure is { } failure)
        {
            _log.Warning("{0} was not confirmed ({1}); it is published again", item.Spec.Id, failure);
            PutBack(item);
            Timers.StartSingleTimer(nameof(PumpAgain), PumpAgain.Instance, TimeSpan.FromSeconds(1));
            return;
        }
        _known.Remove(key);
        QueueOf(item.Spec.Queue).Published++;
        NotePublished(key);
        Answer(key, late: false);
        Pump();
    }

    private void PutBack(DispatchItem item) => QueueOf(item.Spec.Queue).Backlog.Add(item.Spec.User, item.Spec.Priority, item.Spec.Late, item);

    private void NotePublished(AttemptKey key)
    {
        if (!_broker.IsDurable) return;
        var shard = RunShards.Of(key.Run);
        if (!_published.TryGetValue(shard, out var confirmed)) _published[shard] = confirmed = new Confirmed();
        if (confirmed.Keys.Count == 0) confirmed.Since = _time.GetUtcNow();
        confirmed.Keys.Add(key);
        if (confirmed.Keys.Count >= MaxChunk) FlushShard(shard, confirmed);
        else if (!Timers.IsTimerActive(nameof(FlushPublished))) Timers.StartSingleTimer(nameof(FlushPublished), FlushPublished.Instance, TimeSpan.FromMilliseconds(20));
    }

    private void Flush()
    {
        foreach (var (shard, confirmed) in _published) FlushShard(shard, confirmed);
    }

    private void FlushShard(int shard, Confirmed confirmed)
    {
        if (confirmed.Keys.Count > 0) _shards.Tell(new MarkPublished(shard, [.. confirmed.Keys], confirmed.Since));
        confirmed.Keys.Clear();
    }

    private void OnStreamEnded(StreamEnded ended)
    {
        if (ended.Stream != _streamNumber) return;
        _stream = null;
        foreach (var item in _unconfirmed.Values) PutBack(item);
        _unconfirmed.Clear();
        if (_failures++ == 0) _log.Warning("The broker is away ({0}); runs wait on record and are dispatched when it is back", ended.Cause?.Message ?? "the stream ended");
        Timers.StartSingleTimer(nameof(OpenStream), OpenStream.Instance, TimeSpan.FromMilliseconds(Math.Min(250 * Math.Pow(2, Math.Min(_failures, 5)), 5000)));
    }

    private void OnUntaken(UntakenRuns untaken)
    {
        var shard = untaken.Shard;
        foreach (var queue in untaken.Runs.GroupBy(run => run.Queue))
            DepthOf(queue.Key).PipeTo(Self, Self, depth => new UntakenMeasured(shard, [.. queue], depth));
    }

    // Nothing waits in their queue, yet nobody has them: their messages are gone.
    private void OnUntakenMeasured(UntakenMeasured measured)
    {
        if (measured.Depth is { Messages: > 0 }) return;
        var now = _time.GetUtcNow();
        var lost = measured.Runs.Where(run => !_settings.ExternalQueues.Contains(run.Queue) || measured.Depth is not { Consumers: > 0 } || run.Since < now - ExternalHold);
        var keys = lost.Select(run => new AttemptKey(run.Run, run.Attempt)).ToImmutableArray();
        if (keys.Length > 0) _shards.Tell(new RedispatchRuns(measured.Shard, keys));
    }

    private void Answer(AttemptKey key, bool late)
    {
        if (!_waiters.Remove(key, out var waiter)) return;
        Timers.Cancel(key);
        // It is on record either way, and goes out as soon as the broker takes it.
        if (late) _log.Info("{0} is on record but not with the broker yet", key.Run);
        waiter.Asker.Tell(waiter.Reply);
    }

    // What the broker has confirmed and a shard has not been told.
    private sealed class Confirmed
    {
        public List<AttemptKey> Keys { get; } = [];
        public DateTimeOffset Since { get; set; }
    }

    private sealed class QueueState(bool isExternal)
    {
        public FairBacklog<DispatchItem> Backlog { get; } = new();
        // Foreign consumers may take as many at once as they like.
        public QueueWindow Window { get; } = isExternal ? new QueueWindow(smallest: 256, size: 1024) : new QueueWindow();
        public long Published { get; set; }
    }

    private sealed record ChunkRegistered(RunsRegistered Answer) : INoSerializationVerificationNeeded;
    private sealed record RegistrationAnswered(ImmutableArray<Registration> Runs, bool AwaitDispatch, IActorRef Asker) : INoSerializationVerificationNeeded;
    private sealed record Waiter(IActorRef Asker, RunsDispatched Reply);
    private sealed record WaiterExpired(AttemptKey Key) : INoSerializationVerificationNeeded;
    private sealed record Outcome(long Stream, DispatchOutcome Of) : INoSerializationVerificationNeeded;
    private sealed record StreamEnded(long Stream, Exception? Cause) : INoSerializationVerificationNeeded;
    private sealed record Measured(string Queue, long? Depth, long Confirmed) : INoSerializationVerificationNeeded;
    private sealed record OpenCounted(string Queue, IReadOnlyList<AttemptKey>? Open) : INoSerializationVerificationNeeded;
    private sealed record UntakenMeasured(int Shard, ImmutableArray<UntakenRun> Runs, QueueDepth? Depth) : INoSerializationVerificationNeeded;
    private sealed record OpenStream : INoSerializationVerificationNeeded { public static readonly OpenStream Instance = new(); }
    private sealed record FlushPublished : INoSerializationVerificationNeeded { public static readonly FlushPublished Instance = new(); }
    private sealed record WakeShards : INoSerializationVerificationNeeded { public static readonly WakeShards Instance = new(); }
    private sealed record PumpAgain : INoSerializationVerificationNeeded { public static readonly PumpAgain Instance = new(); }
}
