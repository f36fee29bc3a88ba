using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Actors.Gateway;

/// <summary>What any node can ask of the cluster, whichever node holds the actor that answers. Every call ends within a bound:
/// <see cref="UnavailableException"/> where the scheduler, the store or the broker is away; nothing has then been promised.</summary>
public interface ICronGateway
{
    /// <summary>Creates or replaces a schedule; durable when it returns. The document must have passed its checks.</summary>
    Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Many at once, without preconditions; the outcomes stand in the order of the schedules.</summary>
    Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun, CancellationToken cancellationToken);

    Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken);

    Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>A page ordered by id (ordinal).</summary>
    Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken);

    /// <summary>The schedules that name the minute (or second) of <paramref name="at"/>, ordered by id.</summary>
    Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken);

    /// <summary>Pauses or resumes; null when there is no such schedule.</summary>
    Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken);

    /// <summary>Makes a run now; null when there is no such schedule. The run is durable and dispatched when it returns.</summary>
    Task<Run?> TriggerAsync(string id, CancellationToken cancellationToken);

    /// <summary>One run for each occurrence in [from, to] that has none; null when there is no such schedule.</summary>
    Task<BackfillOutcome?> BackfillAsync(string id, DateTimeOffset from, DateTimeOffset to, bool dryRun, CancellationToken cancellationToken);

    /// <summary>Every occurrence in [from, to] and what became of it; null when there is no such schedule.</summary>
    Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken);

    Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Cancels a run that has not ended.</summary>
    Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Makes a further attempt of a run that has ended.</summary>
    Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken);

    ClusterView GetCluster();

    /// <summary>Shards by region: where each one is and how much it holds.</summary>
    Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken);

    /// <summary>The oldest: fewer than asked for, and than there are, where they are large.</summary>
    Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters there are in all.</summary>
    Task<long> CountDeadLettersAsync(CancellationToken cancellationToken);

    /// <summary>Sends dead letters back to work: one by its message id, or all when null. The run of a letter that was given up as dead is tried
    /// again; any other message goes back to its queue. Returns how many.</summary>
    Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken);

    /// <summary>Drops what waits in a queue. The purged runs are dispatched again later unless they are cancelled. Returns how many messages went.</summary>
    Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Cluster up, store answering, broker answering, shards, catalogue and scheduler able to read what they have stored; each with a word why not.</summary>
    Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken);
}
