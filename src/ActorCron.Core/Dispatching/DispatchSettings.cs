using System.Collections.Immutable;
using ActorCron.Core.Limits;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Dispatching;

/// <summary>How the dispatcher behaves. Waits are elapsed time.</summary>
public sealed record DispatchSettings
{
    /// <summary>What a node has that is told nothing else.</summary>
    public static readonly DispatchSettings Default = new();

    /// <summary>Messages at most that await the broker's confirm at a time.</summary>
    public int ConfirmWindow { get; init; } = 1000;

    /// <summary>Late runs (catch-up, backfill) at most that go to the broker a second.</summary>
    public int CatchUpRate { get; init; } = 500;

    /// <summary>Queues that programs outside the cluster serve.</summary>
    public IReadOnlySet<string> ExternalQueues { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Cluster-wide limits by queue.</summary>
    public IReadOnlyDictionary<string, QueueLimit> Limits { get; init; } = ImmutableDictionary<string, QueueLimit>.Empty;

    /// <summary>Whether a published message survives the end of the broker and of every node. Only then is it worth looking how many wait there.</summary>
    public bool PublishingIsDurable { get; init; } = true;

    /// <summary>How many shards own the runs.</summary>
    public int Shards { get; init; } = RunShards.Count;

    /// <summary>Runs at most in one registration, and keys at most in one message that tells a shard of confirms.</summary>
    public int MaxChunk { get; init; } = 200;

    /// <summary>Bytes at most in one registration, about; a single run may have more.</summary>
    public int MaxChunkBytes { get; init; } = 512 * 1024;

    /// <summary>Shards at most that a tick's runs are registered with at a time; one that does not answer in time no longer counts.</summary>
    public int ShardsAtATime { get; init; } = 8;

    /// <summary>How often the shards are told who the dispatcher is.</summary>
    public TimeSpan WakeEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A registration that is not answered so long is asked again. It does no harm to register twice.</summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long whoever triggers or backfills waits for the registration at most.</summary>
    public TimeSpan DispatchTimeout { get; init; } = TimeSpan.FromSeconds(13);

    /// <summary>How long whoever triggers waits for the broker's confirm at most.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the broker may leave a message unanswered for before the stream counts as ended; longer than an adapter's own bound.</summary>
    public TimeSpan ConfirmBound { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a question to the broker or to all shards is open at most.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon a queue that may not go now is looked at again.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long confirms are gathered before their shard is told.</summary>
    public TimeSpan FlushAfter { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a message that the broker refused rests before it is published again.</summary>
    public TimeSpan RefusedRest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a confirmed attempt is remembered at least after its shard last named it; longer than a shard takes to remind.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Attempts at most that are remembered so; what is forgotten and reminded of is published twice, which does no harm.</summary>
    public int RememberAtMost { get; init; } = 200_000;

    /// <summary>How long a queue without any work keeps its window and its counts.</summary>
    public TimeSpan IdleQueueAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a foreign program may hold a message without reporting: RabbitMQ takes an unacknowledged delivery back after 30 minutes.</summary>
    public TimeSpan ExternalHold { get; init; } = TimeSpan.FromMinutes(35);

    /// <summary>How long a run of a queue that is worked off may be under suspicion of having lost its message before it is dispatched again
    /// without proof: a message too many does no harm.</summary>
    public TimeSpan SuspectFor { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>The shard that owns a run.</summary>
    public int ShardOf(string runId) => StableHash.Bucket(RunId.ShardKey(runId), Shards);
}
