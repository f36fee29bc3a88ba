using System.Text.Json.Serialization;

namespace ActorCron.Core.Runs;

/// <summary>A run on a shard's books: its record and what only the shard needs to know.</summary>
public sealed record LedgerRun
{
    public required Run Run { get; init; }
    /// <summary>Waits for an earlier run of its schedule to end.</summary>
    public bool Held { get; init; }
    /// <summary>The current attempt's message is with the broker.</summary>
    public bool Published { get; init; }
    public string? Offer { get; init; }
    public int Incarnation { get; init; }
    /// <summary>Attempts that failed on their own account; lost nodes and returned work do not count.</summary>
    public int Failures { get; init; }
    /// <summary>Attempts that ended because their node was lost. A stopping node that gives one back is no sign against the run.</summary>
    public int Losses { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>With the broker or with a worker.</summary>
    [JsonIgnore]
    public bool IsOut => (Run.State == RunState.Running || (Run.State == RunState.Dispatched && Published)) && !Run.Spec.IsBatch;

    /// <summary>A program outside the cluster executes it, which nobody can tell to stop.</summary>
    [JsonIgnore]
    public bool IsExternal => Run.State == RunState.Running && Incarnation == 0 && !Run.Spec.IsBatch;

    /// <summary>Ready for the broker, and not with it.</summary>
    [JsonIgnore]
    public bool AwaitsPublishing => Run.State == RunState.Dispatched && !Held && !Published && !Run.Spec.IsBatch;
}
