using ActorCron.Core.Jobs;

namespace ActorCron.Core.Batches;

/// <summary>A batch under way, as a shard's snapshot has it; its runs stand among the shard's.</summary>
/// <param name="Parent">Its run.</param>
/// <param name="Attempt">Of the batch.</param>
/// <param name="Phase">Whose turn it is.</param>
/// <param name="Items">How many items there are, once <paramref name="Phase"/> is past the split.</param>
/// <param name="Next">The first item without a run.</param>
/// <param name="Packs">Items from a little before <paramref name="Next"/> on.</param>
/// <param name="Succeeded">Items.</param>
/// <param name="Failed">Items.</param>
/// <param name="Failures">The first that failed, and why.</param>
/// <param name="Results">Of the items, packed; null before there are items.</param>
/// <param name="Split">How the split ended.</param>
/// <param name="Reduce">How the reduce ended.</param>
public sealed record BatchSnapshot(string Parent, int Attempt, BatchRole Phase, int? Items, int Next, IReadOnlyList<BatchItemPack> Packs,
    int Succeeded, int Failed, IReadOnlyList<string> Failures, string? Results, BatchStep? Split, BatchStep? Reduce);

/// <summary>Some items, packed.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Packed">See <c>ItemPack</c>.</param>
public sealed record BatchItemPack(int First, int Count, string Packed);

/// <summary>How the split or the reduce of a batch ended.</summary>
public sealed record BatchStep(Runs.RunState State, string? Output, string? Error);
