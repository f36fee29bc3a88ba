namespace ActorCron.Core.Runs;

/// <summary>How an attempt ended on its own account.</summary>
/// <param name="State">Succeeded, Failed, TimedOut or Cancelled.</param>
/// <param name="ExitCode">Where there was one.</param>
/// <param name="Output">Head and tail of what it printed.</param>
/// <param name="Error">Why it did not succeed.</param>
/// <param name="Permanent">No retry could go better.</param>
public sealed record AttemptResult(RunState State, int? ExitCode = null, string? Output = null, string? Error = null, bool Permanent = false);
