namespace ActorCron.Core.Runs;

/// <summary>One execution of a run. Instants are UTC.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Node"><c>host:port</c> of the node that executed it, or an outside worker's name.</param>
/// <param name="State">How it ended: succeeded, failed, timedOut, cancelled; running while it lasts.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended, or was noticed to be gone; null while it lasts.</param>
/// <param name="ExitCode">Of a process.</param>
/// <param name="Error">Why it did not succeed.</param>
/// <param name="Output">What it printed, head and tail; of earlier attempts less is kept (see <see cref="AttemptLog"/>).</param>
/// <param name="Fence">Its fence.</param>
public sealed record RunAttempt(
    int Attempt, string? Node, RunState State, DateTimeOffset? Started, DateTimeOffset? Finished, int? ExitCode, string? Error, string? Output, long Fence);
