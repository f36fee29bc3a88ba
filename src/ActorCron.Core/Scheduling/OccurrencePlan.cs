using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using static ActorCron.Core.Schedules.CatalogEvent;

namespace ActorCron.Core.Scheduling;

/// <summary>Gives each owed occurrence of a schedule its verdict: a run, a record as missed, or a place in a range of missed ones.</summary>
internal sealed class OccurrencePlan
{
    // Kept between plans; holds at most ScheduleCatalog.MaxOccurrences.
    private readonly List<DateTimeOffset> _owed = [];
    private (DateTimeOffset After, DateTimeOffset Through, string Reason)? _range;

    /// <summary>Plans what a schedule owes, and moves it on. Where more is owed than one plan looks at, it stays due.</summary>
    public void Plan(ScheduleSlot slot, DateTimeOffset through, List<PlannedRun> runs, List<OccurrencesMissed> ranges)
    {
        var after = SkipLongPast(slot, through, ranges);
        var cursor = CollectOwed(slot, after, through);
        slot.MoveTo(cursor, DateTimeOffset.MinValue);
        // While more is owed none of these is the latest, and all of them that are missed go into one range.
        var more = slot.Due <= through;
        var recordFrom = more ? _owed.Count : _owed.Count - ScheduleCatalog.MaxMissedRecords;
        var leading = true;
        for (var i = 0; i < _owed.Count; i++)
        {
            var missed = Decide(slot, _owed[i], through, isLatest: !more && i == _owed.Count - 1, out var late);
            leading &= missed is not null && i < recordFrom;
            if (!leading) runs.Add(new PlannedRun(ScheduleCatalog.SpecOf(slot.Schedule, _owed[i], RunTrigger.Schedule, late), missed));
            else Extend(slot, i == 0 ? after : _owed[i - 1], _owed[i], missed!, through, ranges);
        }
        Close(slot, through, ranges);
    }

    private DateTimeOffset CollectOwed(ScheduleSlot slot, DateTimeOffset cursor, DateTimeOffset through)
    {
        _owed.Clear();
        while (_owed.Count < ScheduleCatalog.MaxOccurrences)
        {
            if (slot.NextOwed(cursor) is not { } occurrence || slot.FireTime(occurrence) > through) break;
            _owed.Add(occurrence);
            cursor = occurrence;
        }
        return cursor;
    }

    private static string? Decide(ScheduleSlot slot, DateTimeOffset occurrence, DateTimeOffset through, bool isLatest, out bool late) =>
        CatchUpPlan.Decide(
            slot.Schedule.CatchUp, through - slot.FireTime(occurrence), CatchUpPlan.OnTime(slot.Rule.HasSeconds), isLatest, out late);

    private void Extend(
        ScheduleSlot slot, DateTimeOffset after, DateTimeOffset occurrence, string reason, DateTimeOffset at, List<OccurrencesMissed> ranges)
    {
        if (_range is { } open && open.Reason != reason) Close(slot, at, ranges);
        _range = (_range?.After ?? after, occurrence, reason);
    }

    private void Close(ScheduleSlot slot, DateTimeOffset at, List<OccurrencesMissed> ranges)
    {
        if (_range is { } open) ranges.Add(new OccurrencesMissed(at, slot.Schedule.Id, open.After, open.Through, open.Reason));
        _range = null;
    }

    // After a long outage of a rule with seconds there may be millions of occurrences that are beyond the window anyhow.
    private static DateTimeOffset SkipLongPast(ScheduleSlot slot, DateTimeOffset through, List<OccurrencesMissed> ranges)
    {
        var schedule = slot.Schedule;
        var windowStart = CalendarEnds.Add(CalendarEnds.Add(through, -schedule.CatchUp.Window), -schedule.Jitter);
        var cursor = slot.Cursor;
        var newest = new Queue<DateTimeOffset>();
        var seen = 0;
        while (cursor < windowStart && seen < ScheduleCatalog.MaxOccurrences)
        {
            if (slot.NextOwed(cursor) is not { } occurrence || occurrence >= windowStart) break;
            cursor = occurrence;
            seen++;
            newest.Enqueue(occurrence);
            if (newest.Count > ScheduleCatalog.MaxMissedRecords) newest.Dequeue();
        }
        if (seen <= ScheduleCatalog.MaxMissedRecords) return slot.Cursor;
        var end = seen < ScheduleCatalog.MaxOccurrences ? newest.Peek().AddTicks(-1) : windowStart.AddTicks(-1);
        var reason = $"older than the catch-up window of {Durations.Format(schedule.CatchUp.Window)} when the scheduler came to them";
        ranges.Add(new OccurrencesMissed(through, schedule.Id, slot.Cursor, end, reason));
        return end;
    }
}
