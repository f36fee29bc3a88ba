using ActorCron.Core.Batches;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>A shard's books as stored.</summary>
/// <param name="Fence">The last fence given out.</param>
/// <param name="Runs">What was on the books, finished runs that the history did not have yet included.</param>
/// <param name="Latest">The newest occurrence registered, by schedule.</param>
/// <param name="Batches">Batches under way; null in snapshots of versions that knew none.</param>
/// <param name="LatestFloor">Unix second: of a schedule that is not in <paramref name="Latest"/>, occurrences up to this one may have been
/// registered.</param>
public sealed record LedgerSnapshot(long Fence, IReadOnlyList<LedgerRun> Runs, IReadOnlyList<LatestOccurrence> Latest,
    IReadOnlyList<BatchSnapshot>? Batches = null,
    long? LatestFloor = null);

/// <summary>The newest occurrence of a schedule, as hash and Unix second.</summary>
public sealed record LatestOccurrence(ulong Schedule, long Second);
