using ActorCron.Actors.Brokers;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using Akka.Actor;

namespace ActorCron.Actors.Gateway;

/// <summary>The gateway over the scheduler's proxy, the shard region, the history and the broker. It only hands on to its parts.</summary>
public sealed class CronGateway : ICronGateway
{
    private readonly ScheduleGateway _schedules;
    private readonly OccurrenceGateway _occurrences;
    private readonly RunGateway _runs;
    private readonly OperationsGateway _operations;

    /// <param name="system">This node's.</param>
    /// <param name="scheduler">The proxy of the scheduler.</param>
    /// <param name="shards">The region of the run shards.</param>
    /// <param name="history">The read side of runs.</param>
    /// <param name="broker">What carries runs to workers.</param>
    /// <param name="settings">What the configuration says of queues.</param>
    /// <param name="time">The clock.</param>
    public CronGateway(ActorSystem system, IActorRef scheduler, IActorRef shards, IRunHistory history, IRunBroker broker,
        GatewaySettings settings, TimeProvider time)
    {
        var cluster = new ClusterQuestions(scheduler, shards, time);
        _schedules = new ScheduleGateway(cluster);
        _runs = new RunGateway(system, cluster, history, time);
        _occurrences = new OccurrenceGateway(cluster, _runs, broker, time);
        _operations = new OperationsGateway(system, cluster, _runs, history, broker, settings, time);
    }

    public Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken) =>
        _schedules.PutAsync(schedule, precondition, cancellationToken);
    public Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun,
        CancellationToken cancellationToken) =>
        _schedules.PutManyAsync(schedules, dryRun, cancellationToken);
    public Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken) => _schedules.GetAsync(id, cancellationToken);
    public Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken) =>
        _schedules.RemoveAsync(id, precondition, cancellationToken);
    public Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken) =>
        _schedules.ListAsync(query, cancellationToken);
    public Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken) =>
        _schedules.DueAsync(at, user, cancellationToken);
    public Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken) =>
        _schedules.SetPausedAsync(id, paused, cancellationToken);

    public Task<Run?> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken) => _occurrences.TriggerAsync(request, cancellationToken);
    public Task<BackfillOutcome?> BackfillAsync(string id, Backfill backfill, CancellationToken cancellationToken) =>
        _occurrences.BackfillAsync(id, backfill, cancellationToken);
    public Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken) =>
        _occurrences.VerdictsAsync(id, from, to, cancellationToken);

    public Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken) => _runs.GetRunAsync(runId, cancellationToken);
    public Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) =>
        _runs.ListRunsAsync(query, cancellationToken);
    public Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken) =>
        _runs.CancelRunAsync(runId, cancellationToken);
    public Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken) =>
        _runs.RetryRunAsync(runId, cancellationToken);

    public ClusterView GetCluster() => _operations.GetCluster();
    public Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken) =>
        _operations.GetShardsAsync(cancellationToken);
    public Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken) =>
        _operations.GetQueuesAsync(cancellationToken);
    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        _operations.GetDeadLettersAsync(limit, cancellationToken);
    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => _operations.CountDeadLettersAsync(cancellationToken);
    public Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken) =>
        _operations.RequeueDeadLettersAsync(messageId, cancellationToken);
    public Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken) =>
        _operations.PurgeQueueAsync(queue, cancellationToken);
    public Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken) => _operations.GetReadinessAsync(cancellationToken);
}
