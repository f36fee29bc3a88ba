using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>The few questions that pruning asks a store; each reads an index range of about the size of its answer.</summary>
/// <typeparam name="TKey">How the store names a run.</typeparam>
internal interface IPrunableRuns<TKey>
{
    /// <summary>Runs that ended before the time (UTC ticks), oldest end first.</summary>
    Task<IReadOnlyList<PrunableRun<TKey>>> EndedBeforeAsync(long ticks, int limit, CancellationToken cancellationToken);

    /// <summary>Schedules with more than <paramref name="runs"/> runs and by how many, in order of their ids, after the given one.</summary>
    Task<IReadOnlyList<(string Schedule, long Excess)>> OverfullAsync(long runs, string after, int limit, CancellationToken cancellationToken);

    /// <summary>A schedule's oldest runs by scheduled time, whatever their state, after the given one.</summary>
    Task<IReadOnlyList<PrunableRun<TKey>>> OldestAsync(string schedule, PrunableRun<TKey>? after, int limit, CancellationToken cancellationToken);

    /// <summary>Widens the spans of these schedules; stored when it returns.</summary>
    Task NoteAsync(IReadOnlyDictionary<string, PrunedSpan> spans, CancellationToken cancellationToken);

    /// <summary>Deletes those of the runs that ended before the time, with their outputs, and answers how many.</summary>
    Task<int> DeleteAsync(IReadOnlyList<TKey> runs, long endedBefore, CancellationToken cancellationToken);
}

/// <summary>What pruning has to know of a run.</summary>
/// <param name="Key">Names the run.</param>
/// <param name="RunKey">Its <see cref="StoredText.Key"/>.</param>
/// <param name="Schedule">As it is stored; null for a run without one.</param>
/// <param name="State">Its state.</param>
/// <param name="ScheduledFor">UTC ticks.</param>
/// <param name="Ended">UTC ticks; null while it has not ended.</param>
internal sealed record PrunableRun<TKey>(TKey Key, string RunKey, string? Schedule, RunState State, long ScheduledFor, long? Ended)
{
    /// <summary>Whether it is an occurrence of its schedule that was executed, or ended otherwise than by being left out.</summary>
    public bool IsExecutedOccurrence =>
        Schedule is not null && State is not (RunState.Missed or RunState.Skipped)
        && RunKey == StoredText.Key(RunId.ForOccurrence(Schedule, At));

    public DateTimeOffset At => new(ScheduledFor, TimeSpan.Zero);
}
