using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Tests.Api;

/// <summary>The cluster's promises kept in memory, for tests of what lies above them.</summary>
public sealed class FakeGateway : ICronGateway
{
    private readonly SortedDictionary<string, StoredSchedule> _schedules = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _revision;

    public ConcurrentDictionary<string, Run> Runs { get; } = new();
    public List<DeadLetter> DeadLetters { get; } = [];
    public List<ShardView> Shards { get; } = [new("runs", "3", "akka.tcp://ActorCron@a:1", 2, 5), new("runs", "4", "akka.tcp://ActorCron@b:1", 1, 0)];
    public List<QueueView> Queues { get; } = [];
    public List<Verdict> Verdicts { get; } = [];
    public int Puts { get; private set; }

    /// <summary>When set, every call throws it.</summary>
    public Exception? Fault { get; set; }

    public int Count
    {
        get { lock (_lock) return _schedules.Count; }
    }

    public Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken) => Do(() => Put(schedule, precondition, false));

    public Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<PutOutcome>>(() => [.. schedules.Select(schedule => Put(schedule, Precondition.None, dryRun))]);

    public Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken) => Do(() => _schedules.GetValueOrDefault(id));

    public Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken) => Do(() =>
    {
        if (!_schedules.TryGetValue(id, out var stored)) return RemoveOutcome.NotFound;
        if (precondition.Revision is { } revision && revision != stored.Revision) return RemoveOutcome.PreconditionFailed;
        _schedules.Remove(id);
        return RemoveOutcome.Removed;
    });

    public Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken) => Do(() =>
    {
        var items = _schedules.Values
            .Where(stored => query.User is null || stored.Schedule.User == query.User)
            .Where(stored => query.Tag is null || stored.Schedule.Tags.Contains(query.Tag))
            .Where(stored => query.Queue is null || stored.Schedule.Queue == query.Queue)
            .Where(stored => query.Paused is null || stored.Schedule.Paused == query.Paused)
            .Where(stored => query.Prefix is null || stored.Schedule.Id.StartsWith(query.Prefix, StringComparison.Ordinal))
            .Where(stored => query.After is null || string.CompareOrdinal(stored.Schedule.Id, query.After) > 0)
            .Take(query.Limit + 1).ToList();
        return items.Count > query.Limit ? new SchedulePage(items[..query.Limit], items[query.Limit - 1].Schedule.Id) : new SchedulePage(items, null);
    });

    public Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<StoredSchedule>>(() => [.. _schedules.Values.Where(stored => user is null || stored.Schedule.User == user)]);

    public Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken) => Do(() =>
        _schedules.TryGetValue(id, out var stored) ? Put(stored.Schedule with { Paused = paused }, Precondition.None, false).Stored : null);

    public Task<Run?> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken) => Do(() =>
    {
        if (!_schedules.TryGetValue(request.Schedule, out var stored)) return null;
        var id = request.Key is { } key ? TriggerKeys.Today(request.Schedule, key, DateTimeOffset.UnixEpoch) : RunId.ForTrigger(request.Schedule, Guid.NewGuid());
        if (Runs.TryGetValue(id, out var earlier)) return earlier;
        var run = Run(id, request.Schedule, RunState.Dispatched, stored.Schedule);
        if (request.Params is { } own) run = run with { Spec = run.Spec with { Job = run.Spec.Job with { Params = own }, ParamsReplaced = true } };
        return Runs[id] = run;
    });

    public Task<BackfillOutcome?> BackfillAsync(string id, Backfill backfill, CancellationToken cancellationToken) =>
        Do(() => _schedules.ContainsKey(id) ? new BackfillOutcome(4, 1, backfill.Again ? 0 : 1, 2, [$"{id}@a", $"{id}@b"]) : null);

    public Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        Do(() => _schedules.ContainsKey(id) ? (IReadOnlyList<Verdict>?)Verdicts : null);

    public Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken) => Do(() => Runs.GetValueOrDefault(runId));

    public Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => Do(() =>
    {
        if (query.After is { } cursor && !Runs.ContainsKey(cursor)) throw new FormatException("no cursor");
        var items = Runs.Values.OrderByDescending(run => run.Spec.Id, StringComparer.Ordinal)
            .Where(run => query.Schedule is null || run.Spec.Schedule == query.Schedule)
            .Where(run => query.States.Count == 0 || query.States.Contains(run.State))
            .Where(run => query.After is null || string.CompareOrdinal(run.Spec.Id, query.After) < 0)
            .Take(query.Limit + 1).ToList();
        return items.Count > query.Limit ? new RunPage(items[..query.Limit], items[query.Limit - 1].Spec.Id) : new RunPage(items, null);
    });

    public Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken) => Do(() => Command(runId, finished: false));

    public Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken) => Do(() => Command(runId, finished: true));

    public ClusterView GetCluster() => new([new MemberView("akka.tcp://ActorCron@a:1", ["scheduler", "worker"], "up", true, "0.1.0")], "akka.tcp://ActorCron@a:1", "akka.tcp://ActorCron@a:1", "akka.tcp://ActorCron@a:1");

    public Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<ShardView>>(() => Shards);

    public Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<QueueView>>(() => Queues);

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => Do<IReadOnlyList<DeadLetter>>(() => [.. DeadLetters.Take(limit)]);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => Do<long>(() => DeadLetters.Count);

    public Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken) => Do(() => DeadLetters.RemoveAll(letter => messageId is null || letter.MessageId == messageId));

    public Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken) => Do(() => Queues.Any(known => known.Queue == queue) ? 7 : 0);

    public PartHealth Broker { get; set; } = PartHealth.Ok;

    public Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken) => Do(() => new Readiness(new Dictionary<string, PartHealth> { ["cluster"] = PartHealth.Ok, ["store"] = PartHealth.Ok, ["broker"] = Broker }));

    public static Run Run(string id, string? schedule, RunState state, Schedule of) => new()
    {
        Spec = new RunSpec { Id = id, Schedule = schedule, User = of.User, Queue = of.Queue, ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual, Job = of.Job },
        State = state,
        Attempt = 1,
        Output = "hello\n",
    };

    private PutOutcome Put(Schedule schedule, Precondition precondition, bool dryRun)
    {
        Puts++;
        var stored = _schedules.GetValueOrDefault(schedule.Id);
        var fails = (precondition.MustNotExist && stored is not null) || (precondition.MustExist && stored is null) || (precondition.Revision is { } revision && stored?.Revision != revision);
        if (fails) return new PutOutcome(PutKind.PreconditionFailed, stored);
        if (schedule.Description == "reject me") return new PutOutcome(PutKind.Rejected, null, "description", "is refused by the catalogue");
        if (stored?.Schedule == schedule) return new PutOutcome(PutKind.Unchanged, stored);
        var next = new StoredSchedule(schedule, ++_revision, stored?.CreatedAt ?? DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null);
        if (!dryRun) _schedules[schedule.Id] = next;
        return new PutOutcome(stored is null ? PutKind.Created : PutKind.Updated, next);
    }

    private RunCommandOutcome Command(string runId, bool finished)
    {
        if (!Runs.TryGetValue(runId, out var run)) return new RunCommandOutcome(RunCommandKind.NotFound);
        return run.State.IsFinished() == finished
            ? new RunCommandOutcome(RunCommandKind.Done, run)
            : new RunCommandOutcome(RunCommandKind.Refused, run, finished ? "The run has not ended." : "The run has ended.");
    }

    private Task<T> Do<T>(Func<T> act)
    {
        if (Fault is { } fault) return Task.FromException<T>(fault);
        lock (_lock)
        {
            try
            {
                return Task.FromResult(act());
            }
            catch (FormatException e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}
