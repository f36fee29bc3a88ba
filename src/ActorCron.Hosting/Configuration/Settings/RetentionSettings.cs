namespace ActorCron.Hosting.Configuration;

/// <summary>How long the records of finished runs are kept; whichever bound is reached first removes one.</summary>
/// <param name="Runs">Since the run ended.</param>
/// <param name="RunsPerSchedule">The newest so many of each schedule.</param>
public sealed record RetentionSettings(TimeSpan Runs, int RunsPerSchedule);
