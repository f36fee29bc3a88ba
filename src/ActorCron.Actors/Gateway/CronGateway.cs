using System.Collections.Immutable;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Running;
using ActorCron.Actors.Scheduling;
using ActorCron.Actors.Working;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using Akka.Actor;
using Akka.Cluster;

namespace ActorCron.Actors.Gateway;

/// <summary>The gateway over the singleton's proxy, the shard region, the history and the broker.</summary>
public sealed class CronGateway(ActorSystem system, IActorRef scheduler, IActorRef shards, IRunHistory history, IRunBroker broker, GatewaySettings settings, TimeProvider time) : ICronGateway
{
    private const int MaxOccurrences = 100_000; // An every-second rule names 86,400 a day.
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan DispatchTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RequeueTimeout = TimeSpan.FromSeconds(60);
    private const int AskTries = 4;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan SchedulerFresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HistoryLag = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HistoryLook = TimeSpan.FromMilliseconds(5);

    private readonly Cluster _cluster = Cluster.Get(system);
    private readonly QueueRates _rates = new(time);
    private long _schedulerSeen; // A timestamp of the clock; 0 lies far back.

    public async Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken)
    {
        var answer = await AskScheduler<SchedulesPut>(new PutSchedules(CatalogPartitions.Of(schedule.Id), [new ScheduleToPut(schedule, precondition)], DryRun: false), cancellationToken);
        return answer.Outcomes[0];
    }

    public async Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun, CancellationToken cancellationToken)
    {
        var outcomes = new PutOutcome[schedules.Count];
        var asks = schedules.Select((schedule, index) => (schedule, index)).GroupBy(item => CatalogPartitions.Of(item.schedule.Id)).SelectMany(InMessages).Select(async part =>
        {
            var answer = await AskScheduler<SchedulesPut>(new PutSchedules(part.Partition, [.. part.Items.Select(item => new ScheduleToPut(item.Schedule, Precondition.None))], dryRun), cancellationToken);
            for (var i = 0; i < part.Items.Count; i++) outcomes[part.Items[i].Index] = answer.Outcomes[i];
        });
        await Task.WhenAll(asks);
        return outcomes;
    }

    public async Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken) =>
        await GetEntryAsync(id, cancellationToken) is { Entry: { } entry } answer ? new StoredSchedule(entry.Schedule, entry.Revision, entry.CreatedAt, entry.UpdatedAt, answer.NextFire) : null;

    public async Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken) =>
        (await AskScheduler<ScheduleRemoval>(new RemoveSchedule(CatalogPartitions.Of(id), id, precondition), cancellationToken)).Outcome;

    public async Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, CatalogPartitions.Count).Select(partition =>
            PartitionList.StartAsync(ask => AskScheduler<ScheduleList>(new ListSchedules(partition, ask), cancellationToken), query)));
        return await PartitionList.MergeAsync(parts, query.Limit);
    }

    public async Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(Enumerable.Range(0, CatalogPartitions.Count).Select(partition => AskScheduler<ScheduleList>(new GetDue(partition, at, user), cancellationToken)));
        return [.. lists.SelectMany(list => list.Items).OrderBy(stored => stored.Schedule.Id, StringComparer.Ordinal)];
    }

    public async Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken) =>
        (await AskScheduler<ScheduleAnswer>(new SetPaused(CatalogPartitions.Of(id), id, paused), cancellationToken)).Stored;

    public async Task<Run?> TriggerAsync(string id, CancellationToken cancellationToken)
    {
        if ((await GetEntryAsync(id, cancellationToken)).Entry is not { } entry) return null;
        await RequireBroker(cancellationToken);
        var now = time.GetUtcNow();
        var spec = ScheduleCatalog.SpecOf(entry.Schedule, now, RunTrigger.Manual, late: false, RunId.ForTrigger(id, Guid.CreateVersion7(now)));
        await AskScheduler<RunsDispatched>(new DispatchRuns([new NewRun(spec, null)], AwaitDispatch: true), cancellationToken, DispatchTimeout);
        return await GetRunAsync(spec.Id, cancellationToken) ?? throw new UnavailableException($"The run {spec.Id} was made, but its record cannot be read now.");
    }

    public async Task<BackfillOutcome?> BackfillAsync(string id, DateTimeOffset from, DateTimeOffset to, bool dryRun, CancellationToken cancellationToken)
    {
        if ((await GetEntryAsync(id, cancellationToken)).Entry is not { } entry) return null;
        var now = time.GetUtcNow();
        var occurrences = Between(entry, from, to < now ? to : now);
        var runs = await RunsBetween(id, from, to, cancellationToken);
        var ids = occurrences.Select(occurrence => RunId.ForOccurrence(id, occurrence.At)).ToList();
        // What is on record as missed or skipped was never executed: its record becomes its run. Everything else has one.
        var idle = ids.Where(run => runs.TryGetValue(run, out var known) && known.State is RunState.Missed or RunState.Skipped).ToHashSet();
        var owed = occurrences.Where((_, i) => !runs.ContainsKey(ids[i]))
            .Select(occurrence => ScheduleCatalog.SpecOf(entry.Schedule, occurrence.At, RunTrigger.Backfill, late: true)).ToList();
        if (!dryRun)
        {
            await RequireBroker(cancellationToken);
            foreach (var chunk in owed.Chunk(200)) await AskScheduler<RunsDispatched>(new DispatchRuns([.. chunk.Select(spec => new NewRun(spec, null))], AwaitDispatch: false), cancellationToken, DispatchTimeout);
            foreach (var chunk in idle.Chunk(200)) await Task.WhenAll(chunk.Select(run => RetryRunAsync(run, cancellationToken)));
        }
        var owedIds = owed.Select(spec => spec.Id).ToHashSet();
        var made = ids.Where(run => idle.Contains(run) || owedIds.Contains(run)).ToList();
        return new BackfillOutcome(occurrences.Count, occurrences.Count - made.Count, made.Count, [.. made.Take(1000)]);
    }

    public async Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if ((await GetEntryAsync(id, cancellationToken)).Entry is not { } entry) return null;
        var occurrences = Between(entry, from, to);
        return Verdicts.Of(entry, occurrences, await RunsBetween(id, from, to, cancellationToken), time.GetUtcNow());
    }

    public async Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken)
    {
        var answer = await AskShardAgain<RunAnswer>(new GetRun(RunShards.Of(runId), runId), cancellationToken);
        // A shard keeps what has ended until the history has it. Whoever hears that a run has ended finds it so in the next list, too.
        for (var asked = time.GetTimestamp(); answer.Run?.State.IsFinished() == true && time.GetElapsedTime(asked) < HistoryLag;)
        {
            await Task.Delay(HistoryLook, time, cancellationToken);
            answer = await AskShardAgain<RunAnswer>(new GetRun(RunShards.Of(runId), runId), cancellationToken);
        }
        if (answer.Run is not { } run) return await Bounded(history.GetAsync(runId, cancellationToken), "The run history");
        return run is { State: RunState.Running, Node: not null } ? run with { Output = await LiveOutput(run, cancellationToken) } : run;
    }

    public Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => Bounded(history.ListAsync(query, cancellationToken), "The run history");

    public async Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken)
    {
        var answer = await AskShard<RunCommandAnswer>(new CancelRun(RunShards.Of(runId), runId, "cancelled by an operator"), cancellationToken);
        if (answer.Kind != RunCommandKind.NotFound) return new RunCommandOutcome(answer.Kind, answer.Run, answer.Reason);
        return await Bounded(history.GetAsync(runId, cancellationToken), "The run history") is { } ended
            ? new RunCommandOutcome(RunCommandKind.Refused, ended, $"it has ended: {Core.Runs.RunStateNames.Of(ended.State)}")
            : new RunCommandOutcome(RunCommandKind.NotFound);
    }

    public async Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken)
    {
        // What has succeeded is never executed again; whoever wants its work once more triggers the schedule, which makes a run of its own.
        if (await GetRunAsync(runId, cancellationToken) is { State: RunState.Succeeded } succeeded)
            return new RunCommandOutcome(RunCommandKind.Refused, succeeded, "it has succeeded: trigger its schedule for a further run");
        var answer = await AskShard<RunCommandAnswer>(new RetryRun(RunShards.Of(runId), runId), cancellationToken);
        return new RunCommandOutcome(answer.Kind, answer.Run, answer.Reason);
    }

    public ClusterView GetCluster() => ClusterLook.At(_cluster);

    public async Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken)
    {
        var stats = await Task.WhenAll(Enumerable.Range(0, RunShards.Count).Select(async shard =>
        {
            try
            {
                return await AskShard<ShardStats>(new GetShardStats(shard), cancellationToken, TimeSpan.FromSeconds(3));
            }
            catch (UnavailableException)
            {
                return new ShardStats(shard, "", 0);
            }
        }));
        return [.. stats.Select(shard => new ShardView(RunShards.Region, $"{shard.Shard}", AddressOf(shard.Node)?.ToString(), shard.Node.Length > 0 ? 1 : 0, shard.ActiveRuns))];
    }

    public async Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken)
    {
        var backlogs = (await AskScheduler<Backlogs>(new GetBacklogs(), cancellationToken)).Queues.ToDictionary(queue => queue.Queue);
        var loads = await WorkerLoads(cancellationToken);
        var taken = loads.SelectMany(load => load.Queues).GroupBy(queue => queue.Queue).ToDictionary(group => group.Key, group => (Taken: group.Sum(queue => queue.Taken), Finished: group.Sum(queue => queue.Finished)));
        var names = settings.Queues.Keys.Concat(backlogs.Keys).Concat(taken.Keys).Distinct().Order(StringComparer.Ordinal);
        var views = new List<QueueView>();
        foreach (var name in names)
        {
            var depth = await Bounded(broker.GetDepthAsync(name, cancellationToken), "The broker");
            var limits = settings.Queues.GetValueOrDefault(name) ?? new QueueSettingsView(false, null, null);
            var backlog = backlogs.GetValueOrDefault(name);
            var (running, finished) = taken.GetValueOrDefault(name);
            var (published, done) = _rates.Of(name, backlog?.Published ?? 0, finished);
            views.Add(new QueueView(name, (depth?.Messages ?? 0) + (backlog?.Waiting ?? 0), backlog?.Waiting ?? 0, depth?.Consumers ?? 0, running,
                limits.External, limits.MaxConcurrency, limits.Rate, published, done, depth?.Dead ?? 0));
        }
        return views;
    }

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => Bounded(broker.GetDeadLettersAsync(limit, cancellationToken), "The broker");
    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => Bounded(broker.CountDeadLettersAsync(cancellationToken), "The broker");
    public Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken) => Bounded(broker.RequeueDeadLettersAsync(messageId, id => RetryDeadAsync(id, cancellationToken), cancellationToken), "The broker", RequeueTimeout);
    public Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken) => Bounded(broker.PurgeAsync(queue, cancellationToken), "The broker");

    public async Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken)
    {
        var parts = new Dictionary<string, string>
        {
            ["cluster"] = _cluster.SelfMember.Status is Akka.Cluster.MemberStatus.Up or Akka.Cluster.MemberStatus.WeaklyUp ? "ok" : $"this node is {_cluster.SelfMember.Status.ToString().ToLowerInvariant()}",
            ["store"] = await Ping(history.PingAsync, cancellationToken),
            ["broker"] = await Ping(broker.PingAsync, cancellationToken),
            ["scheduler"] = await Ping(token => Ask<Backlogs>(scheduler, new GetBacklogs(), "The scheduler", PingTimeout, token), cancellationToken),
        };
        foreach (var (part, word) in RecoveryTroubles.Of(system).Parts) parts[part] = word;
        return new Readiness(parts.Values.All(word => word == "ok"), parts);
    }

    // The message of a run that was given up carries an attempt that is over: the run is tried again, and has a new message for it.
    private async Task<bool> RetryDeadAsync(string runId, CancellationToken cancellationToken) =>
        await GetRunAsync(runId, cancellationToken) is { State: RunState.Dead } && (await RetryRunAsync(runId, cancellationToken)).Kind == RunCommandKind.Done;

    private Task<EntryAnswer> GetEntryAsync(string id, CancellationToken cancellationToken) => AskScheduler<EntryAnswer>(new GetEntry(CatalogPartitions.Of(id), id), cancellationToken);

    private static IReadOnlyList<ScheduleHistory.Occurrence> Between(CatalogEntry entry, DateTimeOffset from, DateTimeOffset to)
    {
        var occurrences = ScheduleHistory.Between(entry, from, to, MaxOccurrences + 1);
        return occurrences.Count <= MaxOccurrences ? occurrences : throw new RangeTooLargeException(MaxOccurrences, occurrences[MaxOccurrences - 1].At);
    }

    private async Task<Dictionary<string, Run>> RunsBetween(string schedule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<string, Run>();
        string? after = null;
        do
        {
            var page = await ListRunsAsync(new RunQuery { Schedule = schedule, From = from, To = CalendarEnds.Add(to, TimeSpan.FromTicks(1)), Limit = 1000, After = after }, cancellationToken);
            foreach (var run in page.Items) runs.TryAdd(run.Spec.Id, run);
            after = page.Next;
        }
        while (after is not null && runs.Count < 2 * MaxOccurrences);
        // The history follows the shards within moments; what is under way is taken from them.
        foreach (var run in (await AskShardAgain<ActiveRuns>(new GetActiveRuns(RunShards.Of(RunId.ForOccurrence(schedule, from)), schedule), cancellationToken)).Runs) runs[run.Spec.Id] = run;
        return runs;
    }

    private async Task<string?> LiveOutput(Run run, CancellationToken cancellationToken)
    {
        try
        {
            return (await WorkerPath.On(system, run.Node!).Ask<RunOutput>(new GetOutput(run.Spec.Id, run.Attempt), PingTimeout, cancellationToken)).Output;
        }
        catch (AskTimeoutException)
        {
            return null; // An outside worker, or one that is gone: the run itself is still worth an answer.
        }
    }

    private async Task<IReadOnlyList<WorkerLoad>> WorkerLoads(CancellationToken cancellationToken)
    {
        var workers = _cluster.State.Members.Where(member => member.HasRole("worker") && member.Status == Akka.Cluster.MemberStatus.Up).Select(member => RunShardActor.NodeOf(member.Address));
        var loads = await Task.WhenAll(workers.Select(async node =>
        {
            try
            {
                return await WorkerPath.On(system, node).Ask<WorkerLoad>(GetLoad.Instance, PingTimeout, cancellationToken);
            }
            catch (AskTimeoutException)
            {
                return null;
            }
        }));
        return [.. loads.OfType<WorkerLoad>()];
    }

    private Address? AddressOf(string node) => _cluster.State.Members.FirstOrDefault(member => RunShardActor.NodeOf(member.Address) == node)?.Address;

    // While there is no scheduler the proxy drops what it is sent, and a question that was dropped must not cost its whole timeout.
    private async Task<T> AskScheduler<T>(object question, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        if (time.GetElapsedTime(Interlocked.Read(ref _schedulerSeen)) > SchedulerFresh) await AwaitScheduler(cancellationToken);
        var answer = await Ask<T>(scheduler, question, "The scheduler", timeout, cancellationToken);
        Interlocked.Exchange(ref _schedulerSeen, time.GetTimestamp());
        return answer;
    }

    private async Task AwaitScheduler(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Ask<Backlogs>(scheduler, new GetBacklogs(), "The scheduler", TimeSpan.FromSeconds(1), cancellationToken);
                Interlocked.Exchange(ref _schedulerSeen, time.GetTimestamp());
                return;
            }
            catch (UnavailableException) when (time.GetElapsedTime(started) < AskTimeout)
            {
                // Asked again: a hand-over takes a second or two.
            }
        }
    }

    private Task<T> AskShard<T>(object question, CancellationToken cancellationToken, TimeSpan? timeout = null) => Ask<T>(shards, question, "The shard that owns the run", timeout, cancellationToken);

    // A shard that moves to another node may lose a message on its way; a question does no harm when it is asked again.
    private async Task<T> AskShardAgain<T>(object question, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await AskShard<T>(question, cancellationToken, AskAgainAfter);
            }
            catch (UnavailableException) when (tries < AskTries)
            {
            }
        }
    }

    private static async Task<T> Ask<T>(IActorRef whom, object question, string who, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await whom.Ask<object>(question, timeout ?? AskTimeout, cancellationToken) switch
            {
                T answer => answer,
                Unavailable unavailable => throw new UnavailableException(unavailable.Reason),
                var other => throw new InvalidOperationException($"{who} answered {other.GetType().Name}."),
            };
        }
        catch (AskTimeoutException cause)
        {
            throw new UnavailableException($"{who} does not answer: it is being taken over by another node, or its store is away.", cause);
        }
    }

    // A run that cannot reach its queue now is not accepted: the caller tries again and gets one run, not two.
    private async Task RequireBroker(CancellationToken cancellationToken)
    {
        if (await Ping(broker.PingAsync, cancellationToken) is var word && word != "ok") throw new UnavailableException($"The broker is away: {word}");
    }

    private static async Task<T> Bounded<T>(Task<T> work, string who, TimeSpan? timeout = null)
    {
        try
        {
            return await work.WaitAsync(timeout ?? AskTimeout);
        }
        catch (Exception cause) when (cause is not (FormatException or ArgumentException or OperationCanceledException or UnavailableException))
        {
            throw new UnavailableException($"{who} does not answer.", cause);
        }
    }

    private static async Task<string> Ping(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(PingTimeout);
        try
        {
            await ping(bound.Token).WaitAsync(PingTimeout, cancellationToken);
            return "ok";
        }
        catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
        {
            return cause is OperationCanceledException or TimeoutException ? "no answer" : cause.GetType().Name;
        }
    }

    private static IEnumerable<(int Partition, List<(Schedule Schedule, int Index)> Items)> InMessages(IGrouping<int, (Schedule Schedule, int Index)> partition)
    {
        var items = new List<(Schedule, int)>();
        var bytes = 0;
        foreach (var item in partition)
        {
            var size = 800 + item.Schedule.Job.Params.Length + item.Schedule.Description.Length;
            if (items.Count > 0 && bytes + size > 512 * 1024)
            {
                yield return (partition.Key, items);
                (items, bytes) = ([], 0);
            }
            items.Add(item);
            bytes += size;
        }
        if (items.Count > 0) yield return (partition.Key, items);
    }
}
