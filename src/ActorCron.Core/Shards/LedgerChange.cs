using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>What an event has changed on the books.</summary>
/// <param name="Run">The record of its run as it now is.</param>
/// <param name="Batch">The record of the batch whose progress it shows in; null where there is none.</param>
public readonly record struct LedgerChange(Run Run, Run? Batch);
