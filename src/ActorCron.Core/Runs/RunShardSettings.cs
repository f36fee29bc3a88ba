using System.Collections.Immutable;

namespace ActorCron.Core.Runs;

/// <summary>How a run shard behaves.</summary>
/// <param name="PublishingIsDurable">Whether a published message survives the broker's and the node's end; where not, the shard hands over again after its own restart.</param>
/// <param name="UntakenAfter">How long a run may be with the broker before the dispatcher is asked to look for its message.</param>
/// <param name="ReconcileEvery">How often running attempts are checked with the nodes that execute them.</param>
/// <param name="SnapshotEvery">Journal entries between snapshots.</param>
public sealed record RunShardSettings(bool PublishingIsDurable, TimeSpan UntakenAfter, TimeSpan ReconcileEvery, int SnapshotEvery)
{
    /// <summary>Queues that foreign programs consume: their messages must hold all that a run needs, the results for a batch's reduce included.</summary>
    public IReadOnlySet<string> ExternalQueues { get; init; } = ImmutableHashSet<string>.Empty;

    public static RunShardSettings Default(bool publishingIsDurable) => new(publishingIsDurable, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(15), 500);
}
