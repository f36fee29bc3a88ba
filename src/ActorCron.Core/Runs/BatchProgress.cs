using ActorCron.Core.Jobs;

namespace ActorCron.Core.Runs;

/// <summary>How far a batch is.</summary>
/// <param name="Phase">Whose turn it is, or was when the batch ended.</param>
/// <param name="Items">How many items the split gave; null before it has ended.</param>
/// <param name="Succeeded">Items that have succeeded.</param>
/// <param name="Failed">Items that have ended otherwise: failed, timed out, cancelled, dead.</param>
public sealed record BatchProgress(BatchRole Phase, int? Items, int Succeeded, int Failed);
