using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

// What becomes of a new run, and who is next in a schedule's line.
public sealed partial class RunLedger
{
    /// <summary>Whether only the history can say if this run was there before: it is not newer than all that its schedule had.
    /// A schedule's occurrences come in order, so in the usual case the answer is no.</summary>
    public bool NeedsHistory(RunSpec spec) => !_runs.ContainsKey(spec.Id)
        && (spec.Trigger != RunTrigger.Schedule || _latest.MayHave(KeyOf(spec.Schedule!), spec.ScheduledFor.ToUnixTimeSeconds()));

    /// <summary>Puts a new run on record. The caller has made sure that it is new.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="missed">Why it is only recorded, as missed; null for a run that is to be executed.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<RunEvent> Register(RunSpec spec, string? missed, DateTimeOffset now)
    {
        if (missed is not null) return [new RunRegistered(spec.Id, now, spec, RunState.Missed, missed, Held: false, 0)];
        if (spec.Schedule is null || spec.Overlap == OverlapPolicy.Allow || !_lines.TryGetValue(spec.Schedule, out var line))
            return [Registered(spec, held: false, now)];

        // An operator who asks for a range wants all of it: backfill runs wait in line whatever the policy.
        if (spec.Trigger == RunTrigger.Backfill) return [Registered(spec, held: true, now)];

        // A backfill goes behind live work: it neither keeps a live run from its turn nor is it replaced by one; they only never run at
        // once.
        if (!line.HasLive) return [Registered(spec, line.BackfillIsFree, now)];
        return spec.Overlap switch
        {
            OverlapPolicy.Queue when !line.HasHeldLive => [Registered(spec, held: true, now)],
            OverlapPolicy.Queue => [Skipped(spec, "one run is waiting already", now)],
            OverlapPolicy.Replace => Replacing(spec, line, now),
            _ => [Skipped(spec, $"the run {line.NewestLive!.Id} has not ended", now)],
        };
    }

    /// <summary>A further attempt by hand of a run that has ended. It waits in line where its schedule's runs must not overlap.</summary>
    public IReadOnlyList<RunEvent> Revive(Run ended, DateTimeOffset now)
    {
        var held = ended.Spec is { Schedule: { } schedule, Overlap: not OverlapPolicy.Allow } && _lines.ContainsKey(schedule);
        return
        [
            new RunRevived(ended.Spec.Id, now, ended with { Output = null, Earlier = AttemptLog.Closed(ended, ended.State) }, held),
            new AttemptPlanned(ended.Spec.Id, now, ended.Attempt + 1, _fence + 1, "retried by hand"),
        ];
    }

    /// <summary>A held run that nothing is in the way of may go. It goes when what it waited for ends; this is for books that a crash, or
    /// an earlier version, left otherwise.</summary>
    public IReadOnlyList<RunEvent> Release(string id, DateTimeOffset now) =>
        _runs.TryGetValue(id, out var slot) && slot.Run.Held && ReferenceEquals(slot.Line?.NextWithout(null), slot)
            ? [new RunReleased(id, now, _fence + 1)] : [];

    // This run is the next: what the others' end would release stays where it is.
    private List<RunEvent> Replacing(RunSpec spec, ScheduleLine line, DateTimeOffset now)
    {
        var events = new List<RunEvent>();
        var mustWait = line.BackfillIsFree;
        foreach (var older in line.ToList(liveOnly: true))
        {
            mustWait |= older.Run.Run.State == RunState.Running && !older.Run.IsExternal;
            if (Stop(older, $"replaced by {spec.Id}", now) is { } stop) events.Add(stop);
        }
        events.Add(Registered(spec, mustWait, now));
        return events;
    }

    private RunRegistered Registered(RunSpec spec, bool held, DateTimeOffset now) =>
        new(spec.Id, now, spec, RunState.Dispatched, null, held, _fence + 1);

    private static RunRegistered Skipped(RunSpec spec, string why, DateTimeOffset now) =>
        new(spec.Id, now, spec, RunState.Skipped, why, Held: false, 0);

    /// <summary>An end, and the one that it releases.</summary>
    private RunEvent[] WithNext(LedgerSlot ending, RunEvent end) =>
        ending.Line?.NextWithout(ending) is { } next ? [end, new RunReleased(next.Id, end.At, _fence + 1)] : [end];

    private static ulong KeyOf(string schedule) => StableHash.Of(schedule);

    // Whoever had the name of an occurrence, had the occurrence: its schedule, a backfill, or a message that claimed it.
    private void NoteOccurrence(RunSpec spec)
    {
        if (spec.Batch is not null) return;
        if (spec is { Trigger: RunTrigger.Schedule, Schedule: { } schedule })
            _latest.Seen(KeyOf(schedule), spec.ScheduledFor.ToUnixTimeSeconds());
        else if (RunId.OccurrenceOf(spec.Id) is { } occurrence)
            _latest.Seen(KeyOf(RunId.ShardKey(spec.Id)), occurrence.ToUnixTimeSeconds());
    }
}
