namespace ActorCron.Actors.Brokers;

/// <summary>Short forms.</summary>
public static class DeadLetterRequeue
{
    /// <summary>Sends dead letters back as they are, whatever runs they belong to.</summary>
    public static Task<int> RequeueDeadLettersAsync(this IRunBroker broker, string? messageId, CancellationToken cancellationToken) =>
        broker.RequeueDeadLettersAsync(messageId, static _ => Task.FromResult(false), cancellationToken);
}
