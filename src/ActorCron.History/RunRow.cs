using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>A run as the stores hold it: what is searched or compared, and the text of the rest. Instants are UTC ticks (100 ns).</summary>
internal sealed record RunRow(string Key, string? Schedule, Lane Lane, RunState State, long ScheduledFor, long? Ended, long Revision, string Body, string? Output)
{
    /// <summary>One row a run, each at its highest revision, ordered by key: writers that meet then wait for each other instead of deadlocking.</summary>
    public static IReadOnlyList<RunRow> Newest(IReadOnlyCollection<Run> runs)
    {
        var newest = new Dictionary<string, Run>(runs.Count, StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var key = StoredText.Key(run.Spec.Id);
            if (!newest.TryGetValue(key, out var other) || other.Revision < run.Revision) newest[key] = run;
        }
        return [.. newest.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Of(entry.Key, entry.Value))];
    }

    private static RunRow Of(string key, Run run) => new(
        key, run.Spec.Series is { } series ? StoredText.Name(series) : null,
        new Lane(StoredText.Name(run.Spec.User), StoredText.Name(run.Spec.Queue)), run.State, run.Spec.ScheduledFor.UtcTicks,
        run.State.IsFinished() ? EndOf(run).UtcTicks : null, run.Revision, RunJson.Write(run), StoredOutput.Of(run));

    // A skipped or missed run may carry no end: it ended when it was put on record.
    private static DateTimeOffset EndOf(Run run) => run.Finished ?? (run.Created == default ? run.Spec.ScheduledFor : run.Created);
}
