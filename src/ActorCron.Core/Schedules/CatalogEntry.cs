using System.Collections.Immutable;
using ActorCron.Core.Time;

namespace ActorCron.Core.Schedules;

/// <summary>A schedule as the catalogue holds it.</summary>
public sealed record CatalogEntry
{
    public required Schedule Schedule { get; init; }
    public required long Revision { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    /// <summary>Occurrences after this instant are owed.</summary>
    public required DateTimeOffset OwedFrom { get; init; }
    /// <summary>What fired through this instant was on record when it was last put; null where version 0.1.0 stored it.</summary>
    public DateTimeOffset? Settled { get; init; }
    /// <summary>How far its partition had planned when it was last put; null where version 0.1.0 stored it.</summary>
    public DateTimeOffset? Planned { get; init; }
    /// <summary>What fired through this instant is on record once the mark has reached <see cref="Planned"/>; null where it was not stored.</summary>
    public DateTimeOffset? Reached { get; init; }
    /// <summary>How it was before, oldest first; bounded.</summary>
    public ImmutableArray<ScheduleEra> Eras { get; init; } = [];
    /// <summary>Ranges of missed occurrences without a record each, oldest first; bounded.</summary>
    public ImmutableArray<MissedRange> MissedRanges { get; init; } = [];
}

/// <summary>How a schedule was until a change: what the verdicts of that time follow.</summary>
/// <param name="Until">The change, UTC.</param>
/// <param name="Time">The rule until then; null where it is the same as in the era after.</param>
/// <param name="Paused">Whether it was paused until then.</param>
public sealed record ScheduleEra(DateTimeOffset Until, TimeSpec? Time, bool Paused);

/// <summary>All occurrences in (<paramref name="After"/>, <paramref name="Through"/>] were missed.</summary>
public sealed record MissedRange(DateTimeOffset After, DateTimeOffset Through, string Reason);
