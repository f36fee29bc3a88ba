using ActorCron.Core.Runs;

namespace ActorCron.Actors.Gateway;

/// <summary>What can be asked of the occurrences of a schedule.</summary>
public interface IOccurrenceGateway
{
    /// <summary>Makes a run now; null when there is no such schedule. The run is durable and dispatched when it returns.</summary>
    Task<Run?> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken);

    /// <summary>One run for each occurrence in [from, to] that has none; null when there is no such schedule.</summary>
    Task<BackfillOutcome?> BackfillAsync(string id, Backfill backfill, CancellationToken cancellationToken);

    /// <summary>Every occurrence in [from, to] and what became of it; null when there is no such schedule.</summary>
    Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}
