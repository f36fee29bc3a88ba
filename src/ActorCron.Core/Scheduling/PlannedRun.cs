using ActorCron.Core.Runs;

namespace ActorCron.Core.Scheduling;

/// <summary>An owed occurrence: a run to execute, or one to record as missed.</summary>
/// <param name="Spec">The run.</param>
/// <param name="Missed">Why it is only recorded; null for a run to execute.</param>
public sealed record PlannedRun(RunSpec Spec, string? Missed);
