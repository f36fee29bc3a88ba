namespace ActorCron.Core.Batches;

/// <summary>What becomes of a batch once more items than are tolerated have not succeeded.</summary>
public enum BatchFailurePolicy
{
    /// <summary>The other items are still executed; the batch then fails, without a reduce.</summary>
    Fail,
    /// <summary>Nothing more is begun and what runs is cancelled; the batch fails.</summary>
    Stop,
    /// <summary>All items are executed and the reduce gets every result, failures included; the batch ends as the reduce does.</summary>
    Continue,
}
