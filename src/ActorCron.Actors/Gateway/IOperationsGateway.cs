using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.Gateway;

/// <summary>What can be asked of the cluster, its queues and their dead letters.</summary>
public interface IOperationsGateway
{
    /// <summary>The cluster as this node sees it.</summary>
    ClusterView GetCluster();

    /// <summary>Shards by region: where each one is and how much it holds.</summary>
    Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken);

    /// <summary>Every queue that has settings, workers or work.</summary>
    Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken);

    /// <summary>The oldest: fewer than asked for, and than there are, where they are large.</summary>
    Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters there are in all.</summary>
    Task<long> CountDeadLettersAsync(CancellationToken cancellationToken);

    /// <summary>Sends dead letters back to work: one by its message id, or all when null. The run of a letter that was given up as dead is
    /// tried again; any other message goes back to its queue. Returns how many.</summary>
    Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken);

    /// <summary>Drops what waits in a queue. The purged runs are dispatched again later unless they are cancelled. Returns how many
    /// messages went.</summary>
    Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Cluster up, store answering, broker answering, shards, catalogue and scheduler able to read what they have stored; each
    /// with a word why not.</summary>
    Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken);
}
