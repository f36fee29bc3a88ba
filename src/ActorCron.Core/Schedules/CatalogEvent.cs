using System.Text.Json.Serialization;

namespace ActorCron.Core.Schedules;

/// <summary>What a catalogue partition stores. The discriminators are part of the stored format: never reuse or rename one.</summary>
/// <param name="At">When it happened, UTC; the fold reads no clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(SchedulePut), "put")]
[JsonDerivedType(typeof(ScheduleRemoved), "removed")]
[JsonDerivedType(typeof(OccurrencesMissed), "missed")]
public abstract record CatalogEvent(DateTimeOffset At)
{
    /// <summary>A schedule was created or replaced.</summary>
    /// <param name="At">When.</param>
    /// <param name="Schedule">As it is from now on.</param>
    /// <param name="Revision">Its ETag.</param>
    /// <param name="OwedFrom">Occurrences after this instant are owed.</param>
    /// <param name="Settled">What fires through this instant was on record then. Null where version 0.1.0 stored it.</param>
    /// <param name="Planned">How far its partition had planned then: a mark at or before it says nothing about what this change owes, and
    /// <paramref name="Settled"/> counts. Null where version 0.1.0 stored it: the mark counts.</param>
    /// <param name="Reached">What fires through this instant is on record once the mark has reached <paramref name="Planned"/>. Null where it was
    /// not stored: <paramref name="Settled"/> counts then too.</param>
    public sealed record SchedulePut(
        DateTimeOffset At, Schedule Schedule, long Revision, DateTimeOffset OwedFrom, DateTimeOffset? Settled = null,
        DateTimeOffset? Planned = null, DateTimeOffset? Reached = null) : CatalogEvent(At);

    /// <summary>A schedule was removed; its runs stay.</summary>
    public sealed record ScheduleRemoved(DateTimeOffset At, string Id) : CatalogEvent(At);

    /// <summary>More occurrences were missed than get a record each: this stands for all in (<paramref name="After"/>, <paramref name="Through"/>].</summary>
    public sealed record OccurrencesMissed(DateTimeOffset At, string Id, DateTimeOffset After, DateTimeOffset Through, string Reason) : CatalogEvent(At);
}
