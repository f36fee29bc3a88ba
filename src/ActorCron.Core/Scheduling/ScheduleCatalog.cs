using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using static ActorCron.Core.Schedules.CatalogEvent;

namespace ActorCron.Core.Scheduling;

/// <summary>A partition of the catalogue: its schedules, and the index of what is due next. A tick costs what is due, never what is stored.
/// Reads no clock.</summary>
public sealed class ScheduleCatalog
{
    /// <summary>Occurrences of one schedule that one plan looks at: a flood stops here and goes on with the next plan.</summary>
    public const int MaxOccurrences = 10_000;

    /// <summary>Missed occurrences that get a record of their own, the newest ones; those before them are on record as a range.</summary>
    public const int MaxMissedRecords = 1000;

    private const int MaxEras = 32;
    private const int MaxMissedRanges = 32;

    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(Slot Slot, long Version), long> _due = new();
    private string[]? _sortedIds;
    private long _versions;
    private DateTimeOffset? _mark;

    public int Count => _slots.Count;

    /// <summary>When something is due next, UTC; null while nothing is.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            while (_due.TryPeek(out var top, out var ticks))
            {
                if (top.Slot.Version == top.Version) return new DateTimeOffset(ticks, TimeSpan.Zero);
                _due.Dequeue();
            }
            return null;
        }
    }

    public bool TryGet(string id, [NotNullWhen(true)] out CatalogEntry? entry)
    {
        entry = _slots.TryGetValue(id, out var slot) ? slot.Entry : null;
        return entry is not null;
    }

    /// <summary>The next occurrence that is owed or to come; null when none is left, or it is paused and all is planned that fell due before.</summary>
    public DateTimeOffset? NextOccurrence(string id) => _slots.TryGetValue(id, out var slot) ? slot.Occurrence : null;

    public TimeRule RuleOf(string id) => _slots[id].Rule;

    /// <summary>Entries after <paramref name="after"/> in ordinal order of their ids.</summary>
    public IEnumerable<CatalogEntry> From(string? after)
    {
        _sortedIds ??= SortIds();
        var at = after is null ? 0 : Array.BinarySearch(_sortedIds, after, StringComparer.Ordinal);
        for (var i = at < 0 ? ~at : after is null ? 0 : at + 1; i < _sortedIds.Length; i++) yield return _slots[_sortedIds[i]].Entry;
    }

    /// <summary>Creates or replaces a schedule; null when nothing would change.</summary>
    /// <param name="schedule">A checked schedule.</param>
    /// <param name="revision">Its new revision.</param>
    /// <param name="now">UTC.</param>
    public SchedulePut? Put(Schedule schedule, long revision, DateTimeOffset now)
    {
        if (!_slots.TryGetValue(schedule.Id, out var slot)) return new SchedulePut(now, schedule, revision, now);
        var before = slot.Entry.Schedule;
        // What comes back from an export is not a change, though it cannot say where it came from.
        if (SameAs(before, schedule.CrontabEntry ? schedule : schedule with { CrontabEntry = before.CrontabEntry, FromCrontab = before.FromCrontab })) return null;
        return new SchedulePut(now, schedule, revision, OwedFrom(slot, schedule, now));
    }

    /// <summary>What is owed through <paramref name="through"/>, by schedule and oldest first, and takes it off the index:
    /// the caller dispatches it all, or starts again from the stored mark.</summary>
    public IReadOnlyList<PlannedRun> Plan(DateTimeOffset through, List<OccurrencesMissed> ranges)
    {
        var runs = new List<PlannedRun>();
        while (_due.TryPeek(out var top, out var ticks) && ticks <= through.UtcTicks)
        {
            _due.Dequeue();
            if (top.Slot.Version == top.Version) PlanOne(top.Slot, through, runs, ranges);
        }
        return runs;
    }

    /// <summary>The runs of the rules that fire when the cluster forms.</summary>
    public IReadOnlyList<PlannedRun> PlanReboot(DateTimeOffset formedAt) =>
        [.. from slot in _slots.Values
            where slot.Rule.IsReboot && !slot.Entry.Schedule.Paused && slot.Entry.CreatedAt <= formedAt
            select new PlannedRun(SpecOf(slot.Entry.Schedule, formedAt, RunTrigger.Schedule, late: false), null)];

    /// <summary>The schedules that name the minute (or second, for rules with seconds) of <paramref name="at"/>. Looks at all.</summary>
    public IEnumerable<CatalogEntry> Naming(DateTimeOffset at)
    {
        foreach (var slot in _slots.Values)
        {
            if (slot.Entry.Schedule.Paused) continue;
            var span = slot.Rule.HasSeconds ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);
            var start = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % span.Ticks), TimeSpan.Zero);
            if (slot.Rule.Next(CalendarEnds.Add(start, -TimeSpan.FromTicks(1))) is { } next && next - start < span) yield return slot.Entry;
        }
    }

    /// <summary>Folds a stored event in.</summary>
    public void Apply(CatalogEvent stored)
    {
        switch (stored)
        {
            case SchedulePut e: ApplyPut(e); break;
            case ScheduleRemoved e:
                if (_slots.Remove(e.Id, out var removed)) removed.Version = 0;
                _sortedIds = null;
                break;
            case OccurrencesMissed e:
                if (_slots.TryGetValue(e.Id, out var slot))
                    slot.Entry = slot.Entry with { MissedRanges = Bounded(slot.Entry.MissedRanges.Add(new MissedRange(e.After, e.Through, e.Reason)), MaxMissedRanges) };
                break;
            default: throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown catalogue event.");
        }
    }

    /// <summary>Takes an entry of a snapshot in.</summary>
    public void Restore(CatalogEntry entry) => Insert(entry);

    public IEnumerable<CatalogEntry> Entries => _slots.Values.Select(slot => slot.Entry);

    /// <summary>Builds the index after recovery: everything through <paramref name="mark"/> has been dispatched.</summary>
    public void StartFrom(DateTimeOffset mark)
    {
        _mark = mark;
        foreach (var slot in _slots.Values) Index(slot, Cursor(slot.Entry, mark), mark);
    }

    /// <summary>The run of an occurrence of a schedule.</summary>
    public static RunSpec SpecOf(Schedule schedule, DateTimeOffset occurrence, RunTrigger trigger, bool late, string? id = null) => new()
    {
        Id = id ?? RunId.ForOccurrence(schedule.Id, occurrence),
        Schedule = schedule.Id,
        User = schedule.User,
        Queue = schedule.Queue,
        Priority = schedule.Priority,
        ScheduledFor = occurrence,
        Trigger = trigger,
        Job = schedule.Job,
        Timeout = schedule.Timeout,
        Retry = schedule.Retry,
        Overlap = schedule.Overlap,
        Execution = schedule.Execution,
        FromCrontab = schedule.FromCrontab,
        Late = late,
    };

    /// <summary>When an occurrence is dispatched: its own time, later by a stable share of the jitter.</summary>
    public static DateTimeOffset FireTime(Schedule schedule, DateTimeOffset occurrence) =>
        schedule.Jitter <= TimeSpan.Zero ? occurrence
            : CalendarEnds.Add(occurrence, TimeSpan.FromTicks((long)(StableHash.Of(RunId.ForOccurrence(schedule.Id, occurrence)) % 1_000_003 / 1_000_003.0 * schedule.Jitter.Ticks)));

    private static bool SameAs(Schedule a, Schedule b) => a.Tags.AsSpan().SequenceEqual(b.Tags.AsSpan()) && a with { Tags = [] } == b with { Tags = [] };

    private static DateTimeOffset OwedFrom(Slot slot, Schedule changed, DateTimeOffset now)
    {
        var before = slot.Entry.Schedule;
        if (before.Paused && before.Time != changed.Time) return now; // What an edited rule names of the pause is no miss.
        if (!before.Paused || changed.Paused) return slot.Entry.OwedFrom;
        if (changed.CatchUp.Policy == CatchUpPolicy.None) return now; // What fell into the pause stays paused.
        var windowStart = CalendarEnds.Add(now, -changed.CatchUp.Window);
        var pausedAt = slot.Entry.Eras is [.., { Paused: false } era] ? era.Until : slot.Entry.UpdatedAt;
        // Some of what fell due before the pause may not have been planned yet.
        var from = slot.Cursor < pausedAt ? slot.Cursor : pausedAt;
        return from > windowStart ? from : windowStart;
    }

    // A paused schedule owes what fell due before its pause, and nothing after it.
    private static DateTimeOffset? NextOwed(Slot slot, DateTimeOffset after)
    {
        var next = NextInForce(slot, after);
        if (!slot.Entry.Schedule.Paused) return next;
        var pausedAt = slot.Entry.Eras is [.., { Paused: false } era] ? era.Until : slot.Entry.OwedFrom;
        return next <= pausedAt ? next : null;
    }

    // An edit neither takes back what fell due before it and is not planned yet, nor names anything before itself.
    private static DateTimeOffset? NextInForce(Slot slot, DateTimeOffset after)
    {
        foreach (var era in slot.Entry.Eras)
        {
            if (era.Time is null || era.Until <= after) continue;
            if (Compile(slot.Entry, era.Time).Next(after) is { } next && next <= era.Until) return next;
            after = era.Until;
        }
        return slot.Rule.Next(after);
    }

    private void ApplyPut(SchedulePut e)
    {
        if (!_slots.TryGetValue(e.Schedule.Id, out var slot))
        {
            Insert(new CatalogEntry { Schedule = e.Schedule, Revision = e.Revision, CreatedAt = e.At, UpdatedAt = e.At, OwedFrom = e.OwedFrom });
            return;
        }
        var before = slot.Entry;
        var ruleChanged = before.Schedule.Time != e.Schedule.Time;
        var eras = ruleChanged || before.Schedule.Paused != e.Schedule.Paused
            ? Bounded(before.Eras.Add(new ScheduleEra(e.At, ruleChanged ? before.Schedule.Time : null, before.Schedule.Paused)), MaxEras)
            : before.Eras;
        var cursor = slot.Cursor;
        slot.Entry = before with { Schedule = e.Schedule, Revision = e.Revision, UpdatedAt = e.At, OwedFrom = e.OwedFrom, Eras = eras };
        if (ruleChanged) slot.Rule = Compile(slot.Entry, e.Schedule.Time);
        if (_mark is not { } mark) return;
        var movesOn = before.Schedule.Paused && (ruleChanged || !e.Schedule.Paused);
        Index(slot, movesOn ? e.OwedFrom : cursor, DateTimeOffset.MinValue);
        _mark = mark;
    }

    private void Insert(CatalogEntry entry)
    {
        var slot = new Slot { Entry = entry, Rule = Compile(entry, entry.Schedule.Time) };
        _slots[entry.Schedule.Id] = slot;
        _sortedIds = null;
        if (_mark is not null) Index(slot, entry.OwedFrom, DateTimeOffset.MinValue);
    }

    private static DateTimeOffset Cursor(CatalogEntry entry, DateTimeOffset mark)
    {
        var from = CalendarEnds.Add(mark, -entry.Schedule.Jitter);
        return entry.OwedFrom > from ? entry.OwedFrom : from;
    }

    private void Index(Slot slot, DateTimeOffset cursor, DateTimeOffset dispatchedThrough)
    {
        slot.Cursor = cursor;
        slot.Version = ++_versions;
        slot.Occurrence = NextOwed(slot, cursor);
        while (slot.Occurrence is { } passed && FireTime(slot.Entry.Schedule, passed) <= dispatchedThrough)
        {
            slot.Cursor = passed;
            slot.Occurrence = NextOwed(slot, passed);
        }
        if (slot.Occurrence is { } next) _due.Enqueue((slot, slot.Version), FireTime(slot.Entry.Schedule, next).UtcTicks);
    }

    private void PlanOne(Slot slot, DateTimeOffset through, List<PlannedRun> runs, List<OccurrencesMissed> ranges)
    {
        var schedule = slot.Entry.Schedule;
        SkipLongPast(slot, through, ranges);
        var owed = new List<DateTimeOffset>();
        var cursor = slot.Cursor;
        while (owed.Count < MaxOccurrences && NextOwed(slot, cursor) is { } occurrence && FireTime(schedule, occurrence) <= through)
        {
            owed.Add(occurrence);
            cursor = occurrence;
        }
        for (var i = 0; i < owed.Count; i++)
        {
            var missed = CatchUpPlan.Decide(schedule.CatchUp, through - FireTime(schedule, owed[i]), CatchUpPlan.OnTime(slot.Rule.HasSeconds), i == owed.Count - 1, out var late);
            if (missed is null || i >= owed.Count - MaxMissedRecords)
                runs.Add(new PlannedRun(SpecOf(schedule, owed[i], RunTrigger.Schedule, late), missed));
        }
        Index(slot, cursor, DateTimeOffset.MinValue);
    }

    // After a long outage of a rule with seconds there may be millions of occurrences that are beyond the window anyhow.
    private static void SkipLongPast(Slot slot, DateTimeOffset through, List<OccurrencesMissed> ranges)
    {
        var schedule = slot.Entry.Schedule;
        var windowStart = CalendarEnds.Add(CalendarEnds.Add(through, -schedule.CatchUp.Window), -schedule.Jitter);
        if (slot.Cursor >= windowStart) return;
        var cursor = slot.Cursor;
        var newest = new Queue<DateTimeOffset>();
        var seen = 0;
        while (seen < MaxOccurrences && NextOwed(slot, cursor) is { } occurrence && occurrence < windowStart)
        {
            cursor = occurrence;
            seen++;
            newest.Enqueue(occurrence);
            if (newest.Count > MaxMissedRecords) newest.Dequeue();
        }
        if (seen <= MaxMissedRecords) return;
        var end = seen < MaxOccurrences ? newest.Peek().AddTicks(-1) : windowStart.AddTicks(-1);
        ranges.Add(new OccurrencesMissed(through, schedule.Id, slot.Cursor, end, $"older than the catch-up window of {Durations.Format(schedule.CatchUp.Window)} when the scheduler came to them"));
        slot.Cursor = end;
    }

    private static TimeRule Compile(CatalogEntry entry, TimeSpec time) =>
        TimeRule.TryCreate(time, entry.Schedule.Id, entry.CreatedAt, out var rule, out var problem)
            ? rule
            // It was legal when it was stored (say, a zone that this node's data lacks): it must not take its neighbours down.
            : new BrokenRule(problem);

    private string[] SortIds()
    {
        var ids = _slots.Keys.ToArray();
        Array.Sort(ids, StringComparer.Ordinal);
        return ids;
    }

    private static System.Collections.Immutable.ImmutableArray<T> Bounded<T>(System.Collections.Immutable.ImmutableArray<T> items, int max) =>
        items.Length > max ? items.RemoveRange(0, items.Length - max) : items;

    private sealed class Slot
    {
        public required CatalogEntry Entry { get; set; }
        public required TimeRule Rule { get; set; }
        /// <summary>Occurrences through this instant have been planned.</summary>
        public DateTimeOffset Cursor { get; set; }
        public DateTimeOffset? Occurrence { get; set; }
        /// <summary>An index entry with another version is stale; 0 once removed.</summary>
        public long Version { get; set; }
    }
}
