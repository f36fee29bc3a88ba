namespace ActorCron.Core.Runs;

/// <summary>The one execution record of an occurrence, a manual trigger, a backfill or a message. Instants are UTC.</summary>
public sealed record Run
{
    private readonly AttemptList _earlier;

    public required RunSpec Spec { get; init; }
    public RunState State { get; init; }
    /// <summary>The current or last attempt; 0 before the first has been handed out.</summary>
    public int Attempt { get; init; }
    /// <summary>When it was put on record.</summary>
    public DateTimeOffset Created { get; init; }
    /// <summary>When the broker confirmed it; null before.</summary>
    public DateTimeOffset? Dispatched { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Finished { get; init; }
    /// <summary><c>host:port</c> of the node that executes or executed it.</summary>
    public string? Node { get; init; }
    public int? ExitCode { get; init; }
    public string? Output { get; init; }
    public string? Error { get; init; }
    public long Fence { get; init; }
    /// <summary>When the next attempt is due, while <see cref="State"/> is retrying.</summary>
    public DateTimeOffset? RetryAt { get; init; }
    /// <summary>The attempts before the newest one, oldest first; null where there were none. See <see cref="AttemptLog"/>.</summary>
    public IReadOnlyList<RunAttempt>? Earlier { get => _earlier.Attempts; init => _earlier = new AttemptList(value); }
    /// <summary>How far it is, where it is a batch that has begun.</summary>
    public BatchProgress? Batch { get; init; }
    /// <summary>Grows with every change of the record: a lower revision never overwrites a higher one.</summary>
    public long Revision { get; init; }
}
