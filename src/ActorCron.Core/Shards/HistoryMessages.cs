using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>To the history queue: records to write. Its sender gets <see cref="HistoryWritten"/> once they, or newer ones, are.</summary>
public sealed record WriteRuns(ImmutableArray<Run> Runs);

/// <summary>Write records into the history. Answered with <see cref="Upserted"/> or <see cref="UpsertFailed"/>.</summary>
/// <param name="Number">Comes back in the answer; one is under way at a time.</param>
/// <param name="Runs">The records, each of another run.</param>
public sealed record Upsert(long Number, ImmutableArray<Run> Runs) : Effect;

/// <summary>The history has the records of an <see cref="Upsert"/>.</summary>
/// <param name="Number">Its number.</param>
public sealed record Upserted(long Number);

/// <summary>The history did not take the records of an <see cref="Upsert"/>.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Cause">What it said.</param>
public sealed record UpsertFailed(long Number, string Cause);

/// <summary>The bounds of a history queue.</summary>
/// <param name="MaxBatch">Records in one write.</param>
/// <param name="RetryAfter">How long after a failed write the next one is tried.</param>
public sealed record HistoryQueueSettings(int MaxBatch, TimeSpan RetryAfter)
{
    /// <summary>2,000 records, one second.</summary>
    public static readonly HistoryQueueSettings Default = new(2000, TimeSpan.FromSeconds(1));
}
