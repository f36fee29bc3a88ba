using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>Retention, the same for every store: what is too old goes, then what a schedule has too many of. Each step touches
/// at most <see cref="Step"/> runs, so that writers get their turn in between.</summary>
internal static class RunPruning
{
    public const int Step = 1000;

    public static async Task<int> PruneAsync<TKey>(
        IPrunableRuns<TKey> runs, DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(perSchedule);
        // What ended at keepAfter itself may go: only later ends are kept.
        var mayGo = keepAfter == DateTimeOffset.MaxValue ? long.MaxValue : keepAfter.UtcTicks + 1;
        return await TooOldAsync(runs, Math.Min(finishedBefore.UtcTicks, mayGo), cancellationToken)
            + await TooManyAsync(runs, perSchedule, mayGo, cancellationToken);
    }

    private static async Task<int> TooOldAsync<TKey>(IPrunableRuns<TKey> runs, long endedBefore, CancellationToken cancellationToken)
    {
        var gone = 0;
        while (true)
        {
            var old = await runs.EndedBeforeAsync(endedBefore, Step, cancellationToken);
            var deleted = await DeleteAsync(runs, old, endedBefore, cancellationToken);
            gone += deleted;
            // Nothing deleted of a full step means that others work on the same runs: the next call sees to the rest.
            if (old.Count < Step || deleted == 0) return gone;
        }
    }

    private static async Task<int> TooManyAsync<TKey>(IPrunableRuns<TKey> runs, int perSchedule, long mayGo, CancellationToken cancellationToken)
    {
        var (gone, last) = (0, "");
        var doomed = new List<PrunableRun<TKey>>();
        while (true)
        {
            var overfull = await runs.OverfullAsync(perSchedule, last, Step, cancellationToken);
            foreach (var (schedule, excess) in overfull)
            {
                PrunableRun<TKey>? after = null;
                for (var left = excess; left > 0;)
                {
                    var oldest = await runs.OldestAsync(schedule, after, (int)Math.Min(left, Step), cancellationToken);
                    if (oldest.Count == 0) break;
                    doomed.AddRange(oldest.Where(run => run.Ended < mayGo));
                    if (doomed.Count >= Step) gone += await DeleteDoomedAsync();
                    (after, left) = (oldest[^1], left - oldest.Count);
                }
            }
            if (overfull.Count < Step) break;
            last = overfull[^1].Schedule;
        }
        return gone + await DeleteDoomedAsync();

        async Task<int> DeleteDoomedAsync()
        {
            var deleted = await DeleteAsync(runs, doomed, mayGo, cancellationToken);
            doomed.Clear();
            return deleted;
        }
    }

    // What is executed is noted first: a crash in between leaves it noted and on record, which is no harm.
    private static async Task<int> DeleteAsync<TKey>(
        IPrunableRuns<TKey> runs, IReadOnlyList<PrunableRun<TKey>> doomed, long endedBefore, CancellationToken cancellationToken)
    {
        if (doomed.Count == 0) return 0;
        var spans = new Dictionary<string, PrunedSpan>(StringComparer.Ordinal);
        foreach (var run in doomed)
        {
            if (!run.IsExecutedOccurrence) continue;
            var span = new PrunedSpan(run.At, run.At);
            spans[run.Schedule!] = spans.TryGetValue(run.Schedule!, out var known) ? known.With(span) : span;
        }
        if (spans.Count > 0) await runs.NoteAsync(spans, cancellationToken);
        return await runs.DeleteAsync([.. doomed.Select(run => run.Key)], endedBefore, cancellationToken);
    }
}
