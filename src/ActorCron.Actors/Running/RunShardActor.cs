using System.Collections.Immutable;
using ActorCron.Actors.Gateway;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;

namespace ActorCron.Actors.Running;

/// <summary>Owns the runs of a hash range of schedules from registration to end. Every run passes here first, so deduplication,
/// overlap and retry hold cluster-wide, through restarts and moves. It stores, then tells; what is decided while one journal entry is
/// being written goes into the next one together.</summary>
/// <remarks>
/// <code>
/// registered ─► dispatched ─► running ─► succeeded | failed | timedOut | cancelled
///     │  (held)     ▲  │         │
///     ▼             │  └► dead   ├─► retrying ─┐
///  skipped, missed  └────────────┴── node lost ┘
/// </code>
/// </remarks>
public sealed class RunShardActor : GroupCommitActor<RunEvent>, IWithTimers
{
    private const int MaxMessageBytes = 512 * 1024;
    private const int MaxItemsPerMessage = 200;
    private const int MaxSliceBytes = 256 * 1024;

    // A foreign message with the name of an occurrence that is still to be put on record would take its place.
    private static readonly TimeSpan ScheduleMayClaim = TimeSpan.FromHours(1);

    private readonly int _shard;
    private readonly RunShardSettings _settings;
    private readonly IRunHistory _history;
    private readonly IActorRef _historyWriter;
    private readonly TimeProvider _time;
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    private readonly PriorityQueue<string, DateTimeOffset> _retries = new();
    private readonly RunLedger _ledger;
    private readonly ParcelShelf _parcels = new(Context.System);
    private List<Run> _changed = [];
    private IActorRef? _dispatcher;
    private long _epoch;

    public RunShardActor(int shard, RunShardSettings settings, IRunHistory history, IActorRef historyWriter, TimeProvider time)
        : base(settings.SnapshotEvery)
    {
        (_shard, _settings, _history, _historyWriter, _time) = (shard, settings, history, historyWriter, time);
        _ledger = new RunLedger(recordedIsDispatched: !settings.PublishingIsDurable);
        Recover<SnapshotOffer>(offer => _ledger.Restore(((RunShardSnapshot)offer.Snapshot).Ledger));
        Recover<RunEvents>(stored =>
        {
            foreach (var e in stored.Events) _ledger.Apply(e);
        });
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<RegisterRuns>(OnRegister);
        Command<OfferRun>(OnOffer);
        Command<HistoryAnswered>(answered => answered.Continue(answered.Existing));
        Command<HistoryFailed>(failed => Log.Warning(failed.Cause, "The run history did not answer; the question will be asked again by whoever asked"));
        Command<ReportAttempt>(OnReport);
        Command<ReturnAttempt>(OnReturn);
        Command<DisownAttempts>(disowned => LoseAll(disowned.Attempts, "its worker lost it"));
        Command<ReportExternal>(OnExternal);
        Command<MarkPublished>(OnPublished);
        Command<RedispatchRuns>(OnRedispatch);
        Command<BuryRun>(bury => Commit(_ledger.Bury(bury.RunId, bury.Attempt, bury.Reason, Now)));
        Command<CancelRun>(OnCancel);
        Command<RetryRun>(OnRetry);
        Command<RetryLoaded>(OnRetryLoaded);
        Command<GetRun>(get => Answer(new RunAnswer(_ledger.TryGet(get.RunId, out var run) ? run.Run : null)));
        Command<GetActiveRuns>(get => Answer(new ActiveRuns([.. _ledger.ActiveOf(get.Schedule).Select(run => run.Run)])));
        Command<GetOpenAttempts>(get => Sender.Tell(new OpenAttempts(_shard, [.. OutOf(get.Queue).Concat(get.Published.Where(IsDispatched)).Distinct()], get.Request)));
        Command<GetShardStats>(_ => Sender.Tell(new ShardStats(_shard, NodeOf(_cluster.SelfAddress), _ledger.Runs.Count)));
        Command<MessagePart>(part =>
        {
            if (_parcels.Add(part) is { } whole) Self.Forward(whole);
        });
        Command<Wake>(OnWake);
        Command<HistoryWriter.Written>(OnWritten);
        Command<Sweep>(_ => OnSweep());
        Command<RetryTimer>(_ => OnRetryTimer());
        Command<ClusterEvent.MemberRemoved>(removed => LoseNode(removed.Member.UniqueAddress));
        Command<ClusterEvent.CurrentClusterState>(_ => { });
    }

    public override string PersistenceId => RunShards.PersistenceId(_shard);
    public ITimerScheduler Timers { get; set; } = null!;
    private DateTimeOffset Now => _time.GetUtcNow();

    public static string NodeOf(Address address) => $"{address.Host}:{address.Port}";

    protected override void PreStart()
    {
        base.PreStart();
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.MemberRemoved));
        Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, _settings.ReconcileEvery);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    protected override object ToEntry(ImmutableArray<RunEvent> events) => new RunEvents(events);
    protected override object ToSnapshot() => new RunShardSnapshot(_ledger.ToSnapshot());

    protected override void Apply(RunEvent decided)
    {
        var run = _ledger.Apply(decided);
        _changed.Add(run);
        // Its end shows in the progress of its batch.
        if (decided is RunEvent.AttemptEnded && run.Spec.Batch is { } part && _ledger.TryGet(part.Parent, out var parent)) _changed.Add(parent.Run);
    }

    private void OnRecovered()
    {
        foreach (var run in _ledger.Runs.Values.ToList())
        {
            if (run.Run.RetryAt is { } at && run.Run.State == RunState.Retrying) _retries.Enqueue(run.Run.Spec.Id, at);
            _historyWriter.Tell(new HistoryWriter.Write([run.Run]));
        }
        ArmRetryTimer();
        var members = _cluster.State.Members.Select(member => member.UniqueAddress).ToHashSet();
        var lost = _ledger.Runs.Values
            .Where(run => run.Run.State == RunState.Running && run.Incarnation != 0 && !members.Any(member => IsOn(run, member)))
            .Select(run => new AttemptKey(run.Run.Spec.Id, run.Run.Attempt)).ToImmutableArray();
        LoseAll(lost, "node lost");
        Advance();
    }

    private new void Commit(IEnumerable<RunEvent> decided, Action? then = null)
    {
        Store([.. decided], then);
        Advance();
    }

    // What a batch does next follows from its state: a crash between two of these entries only has it decided again.
    private void Advance()
    {
        while (_ledger.Advance(Now) is { Count: > 0 } next)
            foreach (var slice in Slices(next)) Store(slice, null);
    }

    private void Store(RunEvent[] events, Action? then)
    {
        // The items of a split are many: they take several entries, the end of its run the last.
        if (events.Any(e => e is RunEvent.BatchItems))
        {
            var slices = Slices(events).ToList();
            for (var i = 0; i < slices.Count; i++) StoreOne(slices[i], i == slices.Count - 1 ? then : null);
        }
        else StoreOne(events, then);
    }

    private IEnumerable<RunEvent[]> Slices(IReadOnlyList<RunEvent> events)
    {
        var (slice, bytes) = (new List<RunEvent>(), 0);
        foreach (var e in events)
        {
            var size = SizeOf(e);
            if (slice.Count > 0 && bytes + size > MaxSliceBytes)
            {
                yield return [.. slice];
                (slice, bytes) = ([], 0);
            }
            slice.Add(e);
            bytes += size;
        }
        if (slice.Count > 0) yield return [.. slice];
    }

    private void StoreOne(RunEvent[] events, Action? then)
    {
        var changed = new List<Run>(events.Length);
        _changed = changed;
        base.Commit(events, events.Length == 0 ? then : () => AfterStored(events, changed, then));
    }

    private void AfterStored(RunEvent[] events, List<Run> changed, Action? then)
    {
        _historyWriter.Tell(new HistoryWriter.Write([.. changed]));
        foreach (var e in events)
        {
            if (e is RunEvent.AttemptEnded { RetryAt: { } retryAt })
            {
                _retries.Enqueue(e.Id, retryAt);
                ArmRetryTimer();
            }
            else if (e is RunEvent.CancelRequested) TellWorkerToCancel(e.Id);
        }
        then?.Invoke();
        HandOver([.. events.Where(e => e is RunEvent.RunReleased or RunEvent.AttemptPlanned or RunEvent.RunRegistered).Select(e => e.Id)]);
    }

    // Nobody may see an end that a crash could still undo.
    private void Answer(object answer)
    {
        var sender = Sender;
        Commit([], () => sender.Tell(answer));
    }

    protected override int SizeOf(RunEvent decided) => 400 + decided switch
    {
        RunEvent.RunRegistered r => r.Spec.Job.Params.Length,
        RunEvent.RunRevived r => r.Run.Spec.Job.Params.Length,
        RunEvent.AttemptEnded r => r.Output?.Length ?? 0,
        RunEvent.BatchItems r => r.Packed.Length,
        _ => 0,
    };

    private void OnRegister(RegisterRuns register)
    {
        var sender = Sender;
        var unsure = register.Runs.Where(run => _ledger.NeedsHistory(run.Spec)).Select(run => run.Spec.Id).ToList();
        if (unsure.Count == 0) Register(register, new HashSet<string>(), sender);
        else AskHistory(unsure, existing => Register(register, existing, sender));
    }

    private void Register(RegisterRuns register, IReadOnlySet<string> existing, IActorRef sender)
    {
        var kinds = new List<(string Id, RegistrationKind Kind)>();
        var ids = new HashSet<string>();
        void RegisterOne(NewRun run)
        {
            var id = run.Spec.Id;
            if (_ledger.TryGet(id, out _) || !ids.Add(id)) kinds.Add((id, RegistrationKind.Known));
            else if (existing.Contains(id)) kinds.Add((id, RegistrationKind.Duplicate));
            else
            {
                var decided = _ledger.Register(run.Spec, run.Missed, Now).ToArray();
                // Each decision needs the one before: two runs of one schedule may stand in one message.
                Commit(decided);
                kinds.Add((id, KindOf(decided)));
            }
        }
        foreach (var run in register.Runs) RegisterOne(run);
        Commit([], () => sender.Tell(new RunsRegistered(_shard, [.. kinds.Select(kind => new Registration(kind.Id, kind.Kind))], register.Request)));
    }

    private static RegistrationKind KindOf(RunEvent[] decided) => decided.OfType<RunEvent.RunRegistered>().Single() switch
    {
        { State: RunState.Skipped } => RegistrationKind.Skipped,
        { State: RunState.Missed } => RegistrationKind.Missed,
        { Held: true } => RegistrationKind.Held,
        _ => RegistrationKind.New,
    };

    private IEnumerable<AttemptKey> OutOf(string queue) =>
        _ledger.Runs.Values.Where(run => run.IsOut && run.Run.Spec.Queue == queue).Select(run => new AttemptKey(run.Run.Spec.Id, run.Run.Attempt));

    private bool IsDispatched(AttemptKey key) => _ledger.TryGet(key.Run, out var run) && run.Run.Attempt == key.Attempt && run.Run.State == RunState.Dispatched;

    private DispatchItem ItemOf(LedgerRun run)
    {
        // A worker of ours gets the results of a batch when it starts; a foreign one has its message alone.
        var (job, _) = _ledger.OrderOf(run, withResults: _settings.ExternalQueues.Contains(run.Run.Spec.Queue));
        return new(ReferenceEquals(job, run.Run.Spec.Job) ? run.Run.Spec : run.Run.Spec with { Job = job }, run.Run.Attempt, run.Run.Fence);
    }

    private void HandOver(IReadOnlyCollection<string> ids)
    {
        if (_dispatcher is null || ids.Count == 0) return;
        var items = new List<DispatchItem>();
        foreach (var id in ids)
        {
            if (_ledger.TryGet(id, out var run) && run.AwaitsPublishing)
            {
                items.Add(ItemOf(run));
            }
        }
        foreach (var chunk in items.Chunk(MaxItemsPerMessage).SelectMany(BySize))
            Parcels.Send(_dispatcher, new PendingRuns(_shard, [.. chunk]), chunk.Sum(item => (long)item.Spec.Job.Params.Length), -1, Self, Context.System);
    }

    private static IEnumerable<List<DispatchItem>> BySize(DispatchItem[] items)
    {
        var chunk = new List<DispatchItem>();
        var bytes = 0;
        foreach (var item in items)
        {
            var size = 400 + item.Spec.Job.Params.Length;
            if (chunk.Count > 0 && bytes + size > MaxMessageBytes)
            {
                yield return chunk;
                (chunk, bytes) = ([], 0);
            }
            chunk.Add(item);
            bytes += size;
        }
        if (chunk.Count > 0) yield return chunk;
    }

    private void OnWake(Wake wake)
    {
        if (wake.Epoch < _epoch) return; // A dispatcher that has been replaced and does not know it yet.
        if (wake.Epoch == _epoch && Equals(_dispatcher, Sender)) return;
        (_epoch, _dispatcher) = (wake.Epoch, Sender);
        // In the order of their registration, so that a backlog keeps its order through a fail-over.
        HandOver([.. _ledger.Runs.Values.Where(run => run.AwaitsPublishing).OrderBy(run => run.Run.Created).Select(run => run.Run.Spec.Id)]);
    }

    private void OnPublished(MarkPublished published)
    {
        if (_settings.PublishingIsDurable) Commit(published.Attempts.SelectMany(key => _ledger.Publish(key.Run, key.Attempt, published.Since ?? Now)));
    }

    private void OnRedispatch(RedispatchRuns redispatch)
    {
        var events = redispatch.Attempts.SelectMany(key => _ledger.Redispatch(key.Run, key.Attempt, Now)).ToArray();
        if (events.Length > 0) Log.Warning("{0} runs were with the broker, but their messages are gone; they are dispatched again", events.Length);
        Commit(events);
    }

    private void OnOffer(OfferRun offer)
    {
        var sender = Sender;
        if (_ledger.TryGet(offer.RunId, out var run))
        {
            // The same question again: its answer was lost.
            if (run.Run.State == RunState.Running && run.Offer == offer.Offer) Commit([], () => Execute(offer, sender));
            else Start(offer, sender);
        }
        else AskHistory([offer.RunId], existing =>
        {
            if (existing.Count > 0 || _ledger.TryGet(offer.RunId, out _)) Start(offer, sender);
            else if (offer.Foreign is { } claimed && RunId.OccurrenceOf(claimed.Id) > Now - ScheduleMayClaim)
                Decline(offer, sender, "reserved-run-id: a schedule's occurrence of about now or later has this name; give the message one of its own, or none", unknown: true);
            else if (offer.Foreign is { } spec)
            {
                Commit(_ledger.Register(spec, null, Now));
                // Whatever its sender counted, here it begins.
                Start(offer with { Attempt = 1 }, sender);
            }
            else Decline(offer, sender, "unknown-run: its message says that the scheduler made it, but no such run is on record", unknown: true);
        });
    }

    private void Start(OfferRun offer, IActorRef sender)
    {
        var events = _ledger.Start(offer.RunId, offer.Attempt, offer.Node, offer.Incarnation, offer.Offer, Now).ToArray();
        if (events.Length > 0) Commit(events, () => Execute(offer, sender));
        else Decline(offer, sender, _ledger.TryGet(offer.RunId, out var run) ? $"its state is {run.Run.State} at attempt {run.Run.Attempt}" : "it has ended");
    }

    // The delivery is given up for it: a shard that has been replaced, whose books are old, must not say so.
    private void Decline(OfferRun offer, IActorRef sender, string reason, bool unknown = false) =>
        CommitAsOwner(() => sender.Tell(new OfferDeclined(offer.RunId, offer.Offer, reason, unknown)));

    private void Execute(OfferRun offer, IActorRef sender)
    {
        if (_ledger.TryGet(offer.RunId, out var run) && run.Offer == offer.Offer && run.Run.State == RunState.Running)
        {
            var (job, own) = _ledger.OrderOf(run);
            var order = new ExecuteRun(offer.RunId, offer.Offer, run.Run.Spec with { Job = job }, run.Run.Attempt, run.Run.Fence, own);
            Parcels.Send(sender, order, job.Params.Length, -1, Self, Context.System);
        }
        else
            sender.Tell(new OfferDeclined(offer.RunId, offer.Offer, "it has ended"));
    }

    private void OnReport(ReportAttempt report)
    {
        var sender = Sender;
        Commit(OwnedBy(report.RunId, report.Offer) ? _ledger.End(report.RunId, report.Attempt, report.Result, Now) : [],
            () => sender.Tell(new ReportStored(report.RunId, report.Attempt, report.Offer)));
    }

    private void OnReturn(ReturnAttempt returned)
    {
        var sender = Sender;
        Commit(OwnedBy(returned.RunId, returned.Offer) ? _ledger.Return(returned.RunId, returned.Attempt, returned.Begun, Now) : [],
            () => sender.Tell(new ReportStored(returned.RunId, returned.Attempt, returned.Offer)));
    }

    // A worker that was cut off and comes back must not report on an attempt that another one has by now.
    private bool OwnedBy(string id, string offer) => _ledger.TryGet(id, out var run) && run.Offer == offer;

    private void OnExternal(ReportExternal report)
    {
        var sender = Sender;
        if (_ledger.TryGet(report.RunId, out var run) && run.Run.Attempt == report.Attempt)
        {
            if (run.Run.State == RunState.Dispatched) Commit(_ledger.Start(report.RunId, report.Attempt, report.Worker, 0, "external", Now));
            var isSplit = run.Run.Spec.Batch is { Role: BatchRole.Split };
            var result = isSplit ? report.Result : report.Result with { Output = JobOutput.Bounded(report.Result.Output) };
            if (report.HasEnded) Commit(_ledger.End(report.RunId, report.Attempt, result, Now));
        }
        Commit([], () => sender.Tell(new ExternalStored(report.RunId)));
    }

    private void LoseAll(ImmutableArray<AttemptKey> attempts, string reason)
    {
        foreach (var key in attempts)
        {
            var events = _ledger.Lose(key.Run, key.Attempt, reason, returned: false, Now).ToArray();
            if (events.Length > 0) Log.Warning("Attempt {0} of {1}: {2}", key.Attempt, key.Run, reason);
            Commit(events);
        }
    }

    private void LoseNode(UniqueAddress node) => LoseAll(
        [.. _ledger.Runs.Values.Where(run => run.Run.State == RunState.Running && IsOn(run, node)).Select(run => new AttemptKey(run.Run.Spec.Id, run.Run.Attempt))],
        "node lost");

    private static bool IsOn(LedgerRun run, UniqueAddress node) => run.Incarnation == node.Uid && run.Run.Node == NodeOf(node.Address);

    private void OnCancel(CancelRun cancel)
    {
        var sender = Sender;
        if (!_ledger.TryGet(cancel.RunId, out var run)) sender.Tell(new RunCommandAnswer(RunCommandKind.NotFound, null, null));
        else if (run.Run.State.IsFinished()) sender.Tell(new RunCommandAnswer(RunCommandKind.Refused, run.Run, $"it has ended: {run.Run.State}"));
        else Commit(_ledger.Cancel(cancel.RunId, cancel.Reason, Now), () => sender.Tell(new RunCommandAnswer(RunCommandKind.Done, _ledger.TryGet(cancel.RunId, out var now) ? now.Run : run.Run, null)));
    }

    private void TellWorkerToCancel(string id)
    {
        if (!_ledger.TryGet(id, out var run) || run.Run.State != RunState.Running || run.CancelReason is null || run.Run.Spec.IsBatch) return;
        if (run.Incarnation == 0)
        {
            // Nobody outside can be told: the books close, and what the outsider still reports changes nothing.
            Commit(_ledger.End(id, run.Run.Attempt, new AttemptResult(RunState.Cancelled, Error: run.CancelReason), Now));
            return;
        }
        Working.WorkerPath.On(Context.System, run.Run.Node!).Tell(new CancelAttempt(id, run.Run.Attempt, run.CancelReason));
    }

    private void OnRetry(RetryRun retry)
    {
        var sender = Sender;
        if (_ledger.TryGet(retry.RunId, out var known))
        {
            if (known.Run.State.IsFinished()) Revive(known.Run, sender);
            else sender.Tell(new RunCommandAnswer(RunCommandKind.Refused, known.Run, $"it has not ended: {known.Run.State}"));
            return;
        }
        _history.GetAsync(retry.RunId, CancellationToken.None).PipeTo(Self, Self, run => new RetryLoaded(run, sender), cause => new HistoryFailed(cause));
    }

    private void OnRetryLoaded(RetryLoaded loaded)
    {
        if (loaded.Run is null) loaded.Asker.Tell(new RunCommandAnswer(RunCommandKind.NotFound, null, null));
        else if (_ledger.TryGet(loaded.Run.Spec.Id, out var known) && !known.Run.State.IsFinished())
            loaded.Asker.Tell(new RunCommandAnswer(RunCommandKind.Refused, known.Run, $"it has not ended: {known.Run.State}"));
        else Revive(loaded.Run, loaded.Asker);
    }

    private void Revive(Run ended, IActorRef asker)
    {
        if (ended.State == RunState.Succeeded)
        {
            // It may have succeeded since whoever asked last looked: it is never executed again.
            asker.Tell(new RunCommandAnswer(RunCommandKind.Refused, ended, "it has succeeded"));
            return;
        }
        if (ended.Spec.Batch is { } part)
        {
            asker.Tell(new RunCommandAnswer(RunCommandKind.Refused, ended, $"it is part of a batch: retry {part.Parent}"));
            return;
        }
        Commit(_ledger.Revive(ended, Now), () => asker.Tell(new RunCommandAnswer(RunCommandKind.Done, _ledger.TryGet(ended.Spec.Id, out var run) ? run.Run : ended, null)));
    }

    private void AskHistory(List<string> ids, Action<IReadOnlySet<string>> then) =>
        _history.ExistingAsync(ids, CancellationToken.None).PipeTo(Self, Self, existing => new HistoryAnswered(existing, then), cause => new HistoryFailed(cause));

    private void OnWritten(HistoryWriter.Written written)
    {
        foreach (var (id, revision) in written.Revisions)
            if (_ledger.TryGet(id, out var run) && run.Run.Revision == revision) _ledger.Forget(id);
        Advance();
    }

    private void ArmRetryTimer()
    {
        if (!_retries.TryPeek(out _, out var at)) return;
        var wait = at - Now;
        Timers.StartSingleTimer(nameof(RetryTimer), RetryTimer.Instance, wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1));
    }

    private void OnRetryTimer()
    {
        while (_retries.TryPeek(out var id, out var at) && at <= Now)
        {
            _retries.Dequeue();
            Commit(_ledger.RetryDue(id, Now));
        }
        ArmRetryTimer();
    }

    private void OnSweep()
    {
        var now = Now;
        var running = _ledger.Runs.Values.Where(run => run.Run.State == RunState.Running && !run.Run.Spec.IsBatch && run.Run.Started < now - _settings.ReconcileEvery).ToList();
        foreach (var node in running.Where(run => run.Incarnation != 0).GroupBy(run => run.Run.Node!))
        {
            var worker = Working.WorkerPath.On(Context.System, node.Key);
            foreach (var chunk in node.Chunk(MaxItemsPerMessage))
                worker.Tell(new ConfirmRunning(_shard, [.. chunk.Select(run => new AttemptKey(run.Run.Spec.Id, run.Run.Attempt))]));
            foreach (var run in node.Where(run => run.CancelReason is not null)) TellWorkerToCancel(run.Run.Spec.Id);
        }
        foreach (var run in running.Where(run => run.Incarnation == 0 && run.Run.Started + run.Run.Spec.Timeout < now))
            Commit(_ledger.End(run.Run.Spec.Id, run.Run.Attempt, new AttemptResult(RunState.TimedOut, Error: "no result within the timeout"), now));
        AskForUntaken(now);
    }

    private void AskForUntaken(DateTimeOffset now)
    {
        if (_dispatcher is null) return;
        var untaken = _ledger.Runs.Values
            .Where(run => run.Run.State == RunState.Dispatched && run.Published && run.Run.Dispatched < now - _settings.UntakenAfter)
            .Take(MaxItemsPerMessage)
            .Select(run => new UntakenRun(run.Run.Spec.Id, run.Run.Attempt, run.Run.Spec.Queue, run.Run.Dispatched!.Value)).ToImmutableArray();
        if (untaken.Length > 0) _dispatcher.Tell(new UntakenRuns(_shard, untaken));
    }

    private sealed record Sweep : INoSerializationVerificationNeeded { public static readonly Sweep Instance = new(); }
    private sealed record RetryTimer : INoSerializationVerificationNeeded { public static readonly RetryTimer Instance = new(); }
    private sealed record HistoryAnswered(IReadOnlySet<string> Existing, Action<IReadOnlySet<string>> Continue) : INoSerializationVerificationNeeded;
    private sealed record HistoryFailed(Exception Cause) : INoSerializationVerificationNeeded;
    private sealed record RetryLoaded(Run? Run, IActorRef Asker) : INoSerializationVerificationNeeded;
}
