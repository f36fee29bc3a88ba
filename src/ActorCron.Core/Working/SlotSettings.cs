namespace ActorCron.Core.Working;

/// <summary>How a node's worker behaves.</summary>
/// <param name="Queues">The queues that it serves; external ones are left alone.</param>
/// <param name="Concurrency">Attempts at most that execute at a time.</param>
/// <param name="MaxRuns">Runs to execute before it stops; 0 for no end.</param>
/// <param name="Prefetch">Deliveries at most that it holds of a queue.</param>
/// <param name="Limited">Queues among them that have cluster-wide limits: nothing is taken of these before a permit is there.</param>
/// <param name="DrainTimeout">How long a stop waits for running attempts before it cancels them.</param>
public sealed record SlotSettings(IReadOnlyList<string> Queues, int Concurrency, int MaxRuns, int Prefetch, IReadOnlySet<string> Limited, TimeSpan DrainTimeout)
{
    /// <summary>A delivery is acknowledged at the latest this long after its run was accepted: RabbitMQ closes a channel that keeps one for 30 minutes.</summary>
    public TimeSpan AckWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a handler may take to heed its cancellation before it is given up.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a drain waits, when no handler runs any more, for the last ends to be stored.</summary>
    public TimeSpan StoreGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A drain is over at the latest after this long: what runs may end, is then cancelled, and its ends are stored.</summary>
    public TimeSpan LongestDrain => DrainTimeout + CancelGrace + StoreGrace + TimeSpan.FromSeconds(1);

    /// <summary>After this long without an answer the worker asks a shard again.</summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(3);
}
