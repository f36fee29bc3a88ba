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

    /// <summary><c>host:port</c> of the node that the shard lives on.</summary>
    public string Node { get; init; } = "";

    /// <summary>Runs in one message to the dispatcher or a worker.</summary>
    public int MaxItems { get; init; } = 200;

    /// <summary>About how many bytes of runs go into one message to the dispatcher.</summary>
    public int MaxMessageBytes { get; init; } = 512 * 1024;

    /// <summary>Messages of runs to the dispatcher in one step; the rest follows <see cref="HandOverPause"/> later.</summary>
    public int MaxHandOvers { get; init; } = 10;

    /// <summary>Between two large hand-overs.</summary>
    public TimeSpan HandOverPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the dispatcher may take to say 'published' before it is reminded; the second time twice as long, and so on.</summary>
    public TimeSpan RemindAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Questions to the history that are open at a time; who asks for more asks again.</summary>
    public int MaxQuestions { get; init; } = 256;

    /// <summary>How long an answer of the history may take before its question is given up.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a node may be unknown to the shard's own node before its attempts are taken for lost.</summary>
    public TimeSpan UnknownMemberAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Schedules whose newest occurrence is remembered one by one; of the others the history is asked.</summary>
    public int MaxLatest { get; init; } = 65_536;

    /// <summary>What a node uses.</summary>
    public static RunShardSettings Default(bool publishingIsDurable) => new(publishingIsDurable, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(15), 500);
}
