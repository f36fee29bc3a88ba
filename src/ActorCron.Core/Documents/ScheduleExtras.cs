namespace ActorCron.Core.Documents;

/// <summary>What an answer adds to a schedule's document. A document that brings these back has them passed over.</summary>
/// <param name="Revision">Changes with every write; the ETag.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="NextFire">The next occurrence, UTC; null when paused or none is left.</param>
public sealed record ScheduleExtras(long Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? NextFire);
