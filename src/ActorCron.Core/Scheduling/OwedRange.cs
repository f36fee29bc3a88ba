using ActorCron.Core.Schedules;
using ActorCron.Core.Time;

namespace ActorCron.Core.Scheduling;

/// <summary>What a schedule owes after a change, as it is stored with the change, so that a successor who knows the mark neither drops
/// what was owed nor plans all of its past again. Pauses move none of this: <see cref="ScheduleSlot.NextOwed"/> leaves out what fell into
/// them.</summary>
/// <param name="From">Occurrences after this instant are owed.</param>
/// <param name="Settled">What fires through this instant is on record; counts while the mark has not reached the plan before the change.</param>
/// <param name="Reached">As <paramref name="Settled"/>, for a mark that has reached that plan, and is not past it.</param>
internal readonly record struct OwedRange(DateTimeOffset From, DateTimeOffset Settled, DateTimeOffset Reached)
{
    /// <summary>What of an entry is on record, by the mark.</summary>
    /// <remarks>A mark covers all changes that its tick's plan saw. A change that came after that plan may owe what fires before the mark:
    /// a pause ends, a clock is set back, a jitter is shortened.</remarks>
    public static DateTimeOffset SettledThrough(CatalogEntry entry, DateTimeOffset mark) =>
        entry.Planned is not { } planned || mark > planned || entry.Settled is not { } settled ? mark
        : mark == planned && entry.Reached is { } reached && reached > settled ? reached
        : settled;

    /// <summary>Where a successor begins, given what is on record.</summary>
    public static DateTimeOffset CursorOf(CatalogEntry entry, DateTimeOffset settled)
    {
        var cursor = Later(entry.OwedFrom, CalendarEnds.Add(settled, -entry.Schedule.Jitter));
        // The ranges are stored by the partition itself: the first verdict stands.
        return entry.MissedRanges is [.., var last] ? Later(cursor, last.Through) : cursor;
    }

    /// <summary>What is owed once a schedule has been changed.</summary>
    /// <param name="slot">As it is before.</param>
    /// <param name="changed">As it will be.</param>
    /// <param name="now">UTC.</param>
    /// <param name="mark">Everything through it is on record; null before the scheduler has started.</param>
    /// <param name="planned">How far has been planned; null while nothing is.</param>
    public static OwedRange After(ScheduleSlot slot, Schedule changed, DateTimeOffset now, DateTimeOffset? mark, DateTimeOffset? planned)
    {
        var entry = slot.Entry;
        var before = entry.Schedule;
        // What it names from now on is owed, also where a tick whose clock is ahead has been here already.
        var settled = Earlier(now, mark is { } known ? SettledThrough(entry, known) : DateTimeOffset.MaxValue);
        var reached = ReachedBy(entry, now, planned);
        // The clock is behind what has been planned: what the new rule names from now on is owed all the same.
        if (before.Time != changed.Time && slot.Cursor > now)
        {
            var safe = Earlier(now, CalendarEnds.Add(settled, -before.Jitter));
            return new(Later(Earlier(entry.OwedFrom, now), safe), settled, reached);
        }
        // Under another jitter what is on record fires at other times; so it does before another end, which bounds the jitter.
        var firesAlike = before.Jitter == changed.Jitter && (before.Jitter == TimeSpan.Zero || before.Time.EndAt == changed.Time.EndAt);
        return firesAlike ? new(entry.OwedFrom, settled, reached)
            : new(entry.OwedFrom, CalendarEnds.Add(settled, -before.Jitter), CalendarEnds.Add(reached, -before.Jitter));
    }

    // Once that plan is on record, so is all that it could see: not what an earlier change since that plan owes.
    private static DateTimeOffset ReachedBy(CatalogEntry entry, DateTimeOffset now, DateTimeOffset? planned)
    {
        if (planned is not { } through) return DateTimeOffset.MinValue;
        var seen = entry.Planned == planned ? entry.Reached ?? DateTimeOffset.MinValue : through;
        return Earlier(now, Earlier(through, seen));
    }

    /// <summary>Where a schedule that was planned through its cursor goes on after a change.</summary>
    /// <param name="slot">As it was before.</param>
    /// <param name="changed">The change.</param>
    public static DateTimeOffset CursorAfter(ScheduleSlot slot, CatalogEvent.SchedulePut changed) =>
        slot.Schedule.Time != changed.Schedule.Time ? Earlier(slot.Cursor, changed.At) : slot.Cursor;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
