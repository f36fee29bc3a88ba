using System.Globalization;
using ActorCron.Core;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;

namespace ActorCron.Actors.Gateway;

/// <summary>What became of each occurrence, and why, in words. Pure.</summary>
internal static class Verdicts
{
    private const string Expired = "its record is older than the retention keeps";

    public static IReadOnlyList<Verdict> Of(CatalogEntry entry, IReadOnlyList<ScheduleHistory.Occurrence> occurrences,
        IReadOnlyDictionary<string, Run> runs, PrunedSpan? pruned, DateTimeOffset now) =>
        [.. occurrences.Select(occurrence =>
        {
            var id = RunId.ForOccurrence(entry.Schedule.Id, occurrence.At);
            return runs.TryGetValue(id, out var run)
                ? new Verdict(occurrence.At, RunStateNames.Of(run.State), Why(run), id)
                : WithoutRun(entry, occurrence, pruned, now);
        })];

    private static Verdict WithoutRun(CatalogEntry entry, ScheduleHistory.Occurrence occurrence, PrunedSpan? pruned, DateTimeOffset now)
    {
        var at = occurrence.At;
        if (pruned?.Has(at) == true && !occurrence.Paused) return new(at, "expired", Expired, null);
        if (!occurrence.Exists) return new(at, "notYetCreated", $"the schedule was created at {Text(entry.CreatedAt)}", null);
        if (at > now) return new(at, "upcoming", occurrence.Paused ? "not yet due; the schedule is paused" : "not yet due", null);
        if (occurrence.Paused) return new(at, "paused", "the schedule was paused", null);
        if (entry.MissedRanges.FirstOrDefault(range => at > range.After && at <= range.Through) is { } missed)
            return new(at, "missed", missed.Reason, null);
        var fires = ScheduleCatalog.FireTime(entry.Schedule, at);
        if (fires > now) return new(at, "upcoming", $"delayed by its jitter to {Text(fires)}", null);
        if (at <= entry.OwedFrom && entry.Eras.Length > 0)
            return new(at, "skipped", $"the schedule was changed at {Text(entry.OwedFrom)}, before this occurrence was dispatched", null);
        if (now - fires <= entry.Schedule.CatchUp.Window)
            return new(at, "upcoming", "due; it is dispatched as soon as the scheduler comes to it", null);
        return new(at, "expired", Expired, null);
    }

    private static string Why(Run run) => run.State switch
    {
        RunState.Running when run.Spec.IsBatch => $"the batch runs since {Text(run.Started)}" + Progress(run),
        RunState.Succeeded when run.Spec.IsBatch => "the batch succeeded" + Progress(run) + Took(run),
        RunState.Failed when run.Spec.IsBatch => $"the batch failed: {run.Error}",
        RunState.Succeeded => $"attempt {run.Attempt} succeeded on {run.Node}" + Took(run),
        RunState.Failed => $"attempt {run.Attempt} failed: {run.Error}",
        RunState.TimedOut => $"attempt {run.Attempt}: {run.Error}",
        RunState.Running => $"attempt {run.Attempt} runs on {run.Node} since {Text(run.Started)}",
        RunState.Retrying => $"attempt {run.Attempt} failed ({run.Error}); the next one starts at {Text(run.RetryAt)}",
        RunState.Dispatched => $"waits in the queue {run.Spec.Queue}"
            + (run.Error is null ? "" : $" for attempt {run.Attempt}: {run.Error}"),
        _ => run.Error ?? "",
    };

    private static string Progress(Run run) => run.Batch is { Items: { } items } batch
        ? string.Create(CultureInfo.InvariantCulture, $": {batch.Succeeded} of {items} items succeeded, {batch.Failed} failed") : "";

    private static string Took(Run run) =>
        run is { Started: { } started, Finished: { } finished } ? $" in {Durations.InWords(finished - started)}" : "";

    private static string Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
