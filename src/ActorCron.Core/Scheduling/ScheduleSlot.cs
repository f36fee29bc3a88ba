using ActorCron.Core.Schedules;
using ActorCron.Core.Time;

namespace ActorCron.Core.Scheduling;

/// <summary>A schedule of the catalogue with its compiled rule, and how far it has been planned.</summary>
internal sealed class ScheduleSlot
{
    public ScheduleSlot(CatalogEntry entry) => (Entry, Rule) = (entry, Compile(entry, entry.Schedule.Time));

    public CatalogEntry Entry { get; private set; }
    public TimeRule Rule { get; private set; }
    public Schedule Schedule => Entry.Schedule;

    /// <summary>Occurrences through this instant have been planned.</summary>
    public DateTimeOffset Cursor { get; private set; }

    /// <summary>The next occurrence that is owed or to come; null when there is none.</summary>
    public DateTimeOffset? Occurrence { get; private set; }

    /// <summary>When <see cref="Occurrence"/> is due.</summary>
    public DateTimeOffset? Due => Occurrence is { } next ? FireTime(next) : null;

    /// <summary>An entry of the index with another version is stale; 0 once removed.</summary>
    public long Version { get; set; }

    /// <summary>Whether the index has an entry of this version.</summary>
    public bool IsIndexed { get; set; }

    /// <summary>Takes a changed entry in.</summary>
    public void Change(CatalogEntry entry)
    {
        if (entry.Schedule.Time != Entry.Schedule.Time) Rule = Compile(entry, entry.Schedule.Time);
        Entry = entry;
    }

    /// <summary>Moves to the first occurrence after <paramref name="cursor"/> that fires after <paramref name="settled"/>.</summary>
    public void MoveTo(DateTimeOffset cursor, DateTimeOffset settled)
    {
        (Cursor, Occurrence) = (cursor, NextOwed(cursor));
        while (Occurrence is { } passed && FireTime(passed) <= settled) (Cursor, Occurrence) = (passed, NextOwed(passed));
    }

    /// <summary>When an occurrence is dispatched.</summary>
    public DateTimeOffset FireTime(DateTimeOffset occurrence) => ScheduleCatalog.FireTime(Schedule, occurrence);

    /// <summary>The first occurrence after an instant that is owed or to come. What fell into a pause never is, whatever the policy for
    /// catching up says; what fell due before a pause or an edit is, until it has been planned.</summary>
    public DateTimeOffset? NextOwed(DateTimeOffset after)
    {
        for (var i = 0; i < Entry.Eras.Length; i++)
        {
            var era = Entry.Eras[i];
            if (era.Until <= after) continue;
            if (!era.Paused && RuleOfEra(i).Next(after) is { } next && next <= era.Until) return next;
            after = era.Until;
        }
        return Schedule.Paused ? null : Rule.Next(after);
    }

    private TimeRule RuleOfEra(int era)
    {
        for (; era < Entry.Eras.Length; era++)
            if (Entry.Eras[era].Time is { } time) return Compile(Entry, time);
        return Rule;
    }

    private static TimeRule Compile(CatalogEntry entry, TimeSpec time) =>
        TimeRule.TryCreate(time, entry.Schedule.Id, entry.CreatedAt, out var rule, out var problem)
            ? rule
            // It was legal when it was stored (say, a zone that this node's data lacks): it must not take its neighbours down.
            : new BrokenRule(problem);
}
