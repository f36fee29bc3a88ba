namespace ActorCron.Core.Machines;

/// <summary>When a message is handled.</summary>
/// <param name="Utc">The wall clock, for occurrences and records. It may be set forwards or back.</param>
/// <param name="Elapsed">Time since the process began, for back-off, time-outs and rates. It never goes back.</param>
public readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed);
