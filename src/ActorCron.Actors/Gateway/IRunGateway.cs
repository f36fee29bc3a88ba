using ActorCron.Core.Runs;

namespace ActorCron.Actors.Gateway;

/// <summary>What can be asked of runs.</summary>
public interface IRunGateway
{
    /// <summary>One run with its output, live while it is running; null when there is none of that id.</summary>
    Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>A page of runs, the newest first.</summary>
    Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Cancels a run that has not ended.</summary>
    Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Makes a further attempt of a run that has ended.</summary>
    Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken);
}
