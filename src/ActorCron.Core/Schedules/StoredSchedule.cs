namespace ActorCron.Core.Schedules;

/// <summary>A schedule as the catalogue holds it.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="Revision">Changes with every write; the API's ETag.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="NextFire">The next occurrence, UTC; null when paused or none is left.</param>
public sealed record StoredSchedule(Schedule Schedule, long Revision, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? NextFire);

/// <summary>A page of schedules, ordered by id, and the id to go on after; null at the end.</summary>
public sealed record SchedulePage(IReadOnlyList<StoredSchedule> Items, string? Next);

/// <summary>Which schedules to list. Every given filter must hold.</summary>
public sealed record ScheduleQuery(string? User = null, string? Tag = null, string? Queue = null, bool? Paused = null, string? Prefix = null, int Limit = 100, string? After = null);

/// <summary>What a write requires of the stored state: a revision (<c>If-Match</c>), absence (<c>If-None-Match: *</c>), existence (<c>If-Match: *</c>), or nothing.</summary>
public sealed record Precondition(long? Revision = null, bool MustNotExist = false, bool MustExist = false)
{
    public static readonly Precondition None = new();
}

public enum PutKind { Created, Updated, Unchanged, PreconditionFailed, Rejected }

/// <summary>What a put did.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Stored">The schedule as it now is; null when rejected.</param>
/// <param name="Field">The field at fault when rejected.</param>
/// <param name="Reason">Why it was rejected.</param>
public sealed record PutOutcome(PutKind Kind, StoredSchedule? Stored, string? Field = null, string? Reason = null);

public enum RemoveOutcome { Removed, NotFound, PreconditionFailed }
