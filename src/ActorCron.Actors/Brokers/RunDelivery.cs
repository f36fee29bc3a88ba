using ActorCron.Core.Runs;

namespace ActorCron.Actors.Brokers;

/// <summary>A message that a worker has taken, decoded. It must be settled once: <see cref="AckAsync"/>, <see cref="DeadLetterAsync"/> or <see cref="RequeueAsync"/>.
/// Settling never throws; where the connection is lost the broker delivers again.</summary>
public abstract class RunDelivery
{
    /// <summary>What it asks for. A message of the scheduler is on a shard's books already, and only its id and attempt count; a foreign one brings its own job.</summary>
    public required RunSpec Spec { get; init; }
    public required int Attempt { get; init; }
    public abstract Task AckAsync();
    public abstract Task DeadLetterAsync(string reason);
    public abstract Task RequeueAsync();
}

/// <summary>What a program outside the cluster reports of an attempt.</summary>
public abstract class ResultDelivery
{
    public required string RunId { get; init; }
    public required int Attempt { get; init; }
    /// <summary>False for <c>running</c>.</summary>
    public required bool HasEnded { get; init; }
    public required AttemptResult Result { get; init; }
    public required string Worker { get; init; }
    public abstract Task AckAsync();
    public abstract Task RequeueAsync();
}
