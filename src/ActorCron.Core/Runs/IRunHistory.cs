namespace ActorCron.Core.Runs;

/// <summary>The read side of runs: every run's latest record, listed fast over millions. The shards' journals are the truth;
/// this follows them within moments and never answers what was not first durable there.</summary>
public interface IRunHistory
{
    /// <summary>Creates what it needs (tables, collections, indexes). Safe to repeat and to run from several nodes at once.</summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>Writes records in one transaction or batch. A stored record with a higher <see cref="Run.Revision"/> stays.</summary>
    Task UpsertAsync(IReadOnlyCollection<Run> runs, CancellationToken cancellationToken);

    /// <summary>One run with its output, or null.</summary>
    Task<Run?> GetAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Which of the ids are stored.</summary>
    Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken);

    /// <summary>Of these schedules, the occurrences among which executed runs have been removed by <see cref="PruneAsync"/>. Asked after
    /// <see cref="ExistingAsync"/>, it knows whatever that no longer found.</summary>
    Task<IReadOnlyDictionary<string, PrunedSpan>> PrunedSpansAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellationToken);

    /// <summary>A page, newest <see cref="RunSpec.ScheduledFor"/> first, without outputs unless <see cref="RunQuery.WithOutput"/>.</summary>
    /// <exception cref="FormatException"><see cref="RunQuery.After"/> is not a cursor that this method gave out.</exception>
    Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes finished runs that ended before <paramref name="finishedBefore"/> or are beyond the newest
    /// <paramref name="perSchedule"/> of their schedule, except those that ended after <paramref name="keepAfter"/>. The executed
    /// occurrences among them are noted first, for <see cref="PrunedSpansAsync"/>.
    /// Works in bounded steps; returns how many went.</summary>
    Task<int> PruneAsync(DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken);

    /// <summary>Completes when the store answers; throws what it threw otherwise.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
