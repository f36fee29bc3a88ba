using System.Collections.Immutable;
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

    /// <summary>Runs after which a plan takes no further schedule up.</summary>
    public const int MaxPlanned = 50_000;

    private static readonly TimeSpan DispatchTime = TimeSpan.FromSeconds(1);

    private const int MaxEras = 32;
    private const int MaxMissedRanges = 32;

    private readonly Dictionary<string, ScheduleSlot> _slots = new(StringComparer.Ordinal);
    private readonly DueIndex _due = new();
    private readonly OccurrencePlan _plan = new();
    private string[]? _sortedIds;
    private DateTimeOffset? _mark;
    private DateTimeOffset? _planned;

    /// <summary>How many schedules there are.</summary>
    public int Count => _slots.Count;

    /// <summary>When something is due next, UTC; null while nothing is.</summary>
    public DateTimeOffset? NextDue => _due.Next;

    /// <summary>All entries in ordinal order of their ids.</summary>
    public IEnumerable<CatalogEntry> Entries => From(null);

    /// <summary>A schedule by its id.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out CatalogEntry? entry)
    {
        entry = _slots.TryGetValue(id, out var slot) ? slot.Entry : null;
        return entry is not null;
    }

    /// <summary>The next occurrence that is owed or to come; null when none is left, or it is paused and all is planned that fell due
    /// before.</summary>
    public DateTimeOffset? NextOccurrence(string id) => _slots.TryGetValue(id, out var slot) ? slot.Occurrence : null;

    /// <summary>The compiled rule of a schedule that is there.</summary>
    public TimeRule RuleOf(string id) => _slots[id].Rule;

    /// <summary>Entries after <paramref name="after"/> in ordinal order of their ids.</summary>
    public IEnumerable<CatalogEntry> From(string? after)
    {
        var ids = SortedIds();
        var at = after is null ? 0 : Array.BinarySearch(ids, after, StringComparer.Ordinal);
        for (var i = at < 0 ? ~at : after is null ? 0 : at + 1; i < ids.Length; i++) yield return _slots[ids[i]].Entry;
    }

    /// <summary>Creates or replaces a schedule; null when nothing would change.</summary>
    /// <param name="schedule">A checked schedule.</param>
    /// <param name="revision">Its new revision.</param>
    /// <param name="now">UTC.</param>
    public SchedulePut? Put(Schedule schedule, long revision, DateTimeOffset now)
    {
        var exists = _slots.TryGetValue(schedule.Id, out var slot);
        if (schedule.KeepsPause) schedule = schedule with { Paused = exists && slot!.Schedule.Paused, KeepsPause = false };
        if (exists && IsSame(slot!.Schedule, schedule)) return null;
        if (!exists || slot!.Schedule.Time != schedule.Time) now = SpentRules.CountsFrom(schedule, now);
        var owed = exists ? OwedRange.After(slot!, schedule, now, _mark, _planned) : new OwedRange(now, now, now);
        return _mark is null
            ? new SchedulePut(now, schedule, revision, owed.From, null, _planned)
            : new SchedulePut(now, schedule, revision, owed.From, owed.Settled, _planned, owed.Reached);
    }

    /// <summary>What is owed through <paramref name="through"/>, by schedule and oldest first, and takes it off the index:
    /// the caller dispatches it all, or starts again from the stored mark.</summary>
    /// <remarks>More may be owed than one plan takes: then <see cref="NextDue"/> is not after <paramref name="through"/>.</remarks>
    public IReadOnlyList<PlannedRun> Plan(DateTimeOffset through, List<OccurrencesMissed> ranges)
    {
        var runs = new List<PlannedRun>();
        List<ScheduleSlot>? again = null;
        while (runs.Count < MaxPlanned && _due.TryTake(through, out var slot))
        {
            _plan.Plan(slot, through, runs, ranges);
            if (slot.Due <= through) (again ??= []).Add(slot);
            else _due.Set(slot);
        }
        if (again is not null)
            foreach (var slot in again) _due.Set(slot);
        if (_planned is null || through > _planned) _planned = through;
        return runs;
    }

    /// <summary>Notes the mark: everything that fires through it is on record.</summary>
    public void Advance(DateTimeOffset mark)
    {
        if (_mark is null || mark > _mark) _mark = mark;
    }

    /// <summary>The runs of the rules that fire when the cluster forms, in the order of their ids.</summary>
    /// <param name="formedAt">When it formed, UTC: rules that came later wait for the next forming.</param>
    /// <param name="crontabsUntil">Until when the entries of a node's own crontab count as there from the start.</param>
    public IReadOnlyList<PlannedRun> PlanReboot(DateTimeOffset formedAt, DateTimeOffset crontabsUntil)
    {
        var runs = new List<PlannedRun>();
        foreach (var id in SortedIds())
        {
            var slot = _slots[id];
            if (!slot.Rule.IsReboot || slot.Schedule.Paused) continue;
            if (slot.Entry.CreatedAt > (slot.Schedule.FromCrontab ? crontabsUntil : formedAt)) continue;
            runs.Add(new PlannedRun(SpecOf(slot.Schedule, formedAt, RunTrigger.Schedule, late: false), null));
        }
        return runs;
    }

    /// <summary>The schedules that name the minute (or second, for rules with seconds) of <paramref name="at"/>, in the order of their ids.
    /// Looks at all.</summary>
    public IEnumerable<CatalogEntry> Naming(DateTimeOffset at)
    {
        foreach (var id in SortedIds())
        {
            var slot = _slots[id];
            if (slot.Schedule.Paused) continue;
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
            case SchedulePut e when _slots.TryGetValue(e.Schedule.Id, out var slot): Change(slot, e); break;
            case SchedulePut e: Insert(EntryOf(e)); break;
            case ScheduleRemoved e when _slots.Remove(e.Id, out var removed): _due.Remove(removed); _sortedIds = null; break;
            case OccurrencesMissed e when _slots.TryGetValue(e.Id, out var slot): NoteMissed(slot, e); break;
            case ScheduleRemoved or OccurrencesMissed: break;
            default: throw new ArgumentOutOfRangeException(nameof(stored), stored, "Unknown catalogue event.");
        }
    }

    /// <summary>Takes an entry of a snapshot in.</summary>
    public void Restore(CatalogEntry entry) => Insert(entry);

    /// <summary>Builds the index after recovery: everything through <paramref name="mark"/> has been dispatched.</summary>
    public void StartFrom(DateTimeOffset mark)
    {
        (_mark, _planned) = (mark, mark);
        foreach (var id in SortedIds())
        {
            var slot = _slots[id];
            var settled = OwedRange.SettledThrough(slot.Entry, mark);
            slot.MoveTo(OwedRange.CursorOf(slot.Entry, settled), settled);
            _due.Set(slot);
        }
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
        RunAs = schedule.RunAs,
        Late = late,
    };

    /// <summary>When an occurrence is dispatched: its own time, later by a stable share of the jitter, and never after the schedule's end.</summary>
    public static DateTimeOffset FireTime(Schedule schedule, DateTimeOffset occurrence)
    {
        var spread = Spread(schedule, occurrence);
        return spread <= TimeSpan.Zero ? occurrence : CalendarEnds.Add(occurrence, Delay(spread, RunId.ForOccurrence(schedule.Id, occurrence)));
    }

    // Its run has to have begun before the end, which takes a moment after it has been dispatched.
    private static TimeSpan Spread(Schedule schedule, DateTimeOffset occurrence) =>
        schedule.Time.EndAt is { } end && schedule.Jitter > end - occurrence - DispatchTime ? end - occurrence - DispatchTime : schedule.Jitter;

    private static TimeSpan Delay(TimeSpan spread, string runId) =>
        TimeSpan.FromTicks((long)(StableHash.Of(runId) % 1_000_003 / 1_000_003.0 * spread.Ticks));

    // What comes back from an export is not a change, though it cannot say where it came from.
    private static bool IsSame(Schedule before, Schedule put)
    {
        if (!put.CrontabEntry) put = put.AsEntryOf(before);
        return before.Tags.AsSpan().SequenceEqual(put.Tags.AsSpan()) && before with { Tags = [] } == put with { Tags = [] };
    }

    private void Change(ScheduleSlot slot, SchedulePut e)
    {
        var before = slot.Entry;
        var ruleChanged = before.Schedule.Time != e.Schedule.Time;
        var eras = ruleChanged || before.Schedule.Paused != e.Schedule.Paused
            ? Bounded(EndingBy(before.Eras, e.At).Add(new ScheduleEra(e.At, ruleChanged ? before.Schedule.Time : null, before.Schedule.Paused)), MaxEras)
            : before.Eras;
        var cursor = OwedRange.CursorAfter(slot, e);
        slot.Change(EntryOf(e) with { CreatedAt = before.CreatedAt, Eras = eras, MissedRanges = before.MissedRanges });
        if (_mark is null) return;
        slot.MoveTo(cursor, DateTimeOffset.MinValue);
        _due.Set(slot);
    }

    // A clock that was set back has changes of the future behind it: they end with the newest.
    private static ImmutableArray<ScheduleEra> EndingBy(ImmutableArray<ScheduleEra> eras, DateTimeOffset at)
    {
        for (var i = eras.Length - 1; i >= 0 && eras[i].Until > at; i--) eras = eras.SetItem(i, eras[i] with { Until = at });
        return eras;
    }

    private void Insert(CatalogEntry entry)
    {
        var slot = new ScheduleSlot(entry);
        _slots[entry.Schedule.Id] = slot;
        _sortedIds = null;
        if (_mark is null) return;
        slot.MoveTo(entry.OwedFrom, DateTimeOffset.MinValue);
        _due.Set(slot);
    }

    private static CatalogEntry EntryOf(SchedulePut e) => new()
    {
        Schedule = e.Schedule,
        Revision = e.Revision,
        CreatedAt = e.At,
        UpdatedAt = e.At,
        OwedFrom = e.OwedFrom,
        Settled = e.Settled,
        Planned = e.Planned,
        Reached = e.Reached,
    };

    private static void NoteMissed(ScheduleSlot slot, OccurrencesMissed e)
    {
        var ranges = slot.Entry.MissedRanges;
        slot.Change(slot.Entry with
        {
            MissedRanges = ranges is [.., var last] && last.Through == e.After && last.Reason == e.Reason
                ? ranges.SetItem(ranges.Length - 1, last with { Through = e.Through })
                : Bounded(ranges.Add(new MissedRange(e.After, e.Through, e.Reason)), MaxMissedRanges),
        });
    }

    private string[] SortedIds()
    {
        if (_sortedIds is not null) return _sortedIds;
        _sortedIds = [.. _slots.Keys];
        Array.Sort(_sortedIds, StringComparer.Ordinal);
        return _sortedIds;
    }

    private static ImmutableArray<T> Bounded<T>(ImmutableArray<T> items, int max) =>
        items.Length > max ? items.RemoveRange(0, items.Length - max) : items;
}
