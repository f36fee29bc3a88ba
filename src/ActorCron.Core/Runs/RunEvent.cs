using System.Text.Json.Serialization;

namespace ActorCron.Core.Runs;

/// <summary>What a shard stores of a run. The discriminators are part of the stored format: never reuse or rename one.</summary>
/// <param name="Id">The run.</param>
/// <param name="At">When it happened, UTC; the fold reads no clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(RunRegistered), "registered")]
[JsonDerivedType(typeof(RunRevived), "revived")]
[JsonDerivedType(typeof(RunPublished), "published")]
[JsonDerivedType(typeof(RunReleased), "released")]
[JsonDerivedType(typeof(AttemptPlanned), "planned")]
[JsonDerivedType(typeof(AttemptStarted), "started")]
[JsonDerivedType(typeof(AttemptEnded), "ended")]
[JsonDerivedType(typeof(CancelRequested), "cancelRequested")]
[JsonDerivedType(typeof(BatchBegan), "batchBegan")]
[JsonDerivedType(typeof(BatchItems), "batchItems")]
public abstract record RunEvent(string Id, DateTimeOffset At)
{
    /// <summary>The run is on record: to be executed (dispatched), or ended at once (skipped, missed).</summary>
    /// <param name="Id">The run.</param>
    /// <param name="At">When.</param>
    /// <param name="Spec">What it is to do.</param>
    /// <param name="State">Dispatched, Skipped or Missed.</param>
    /// <param name="Reason">Why it was skipped or missed.</param>
    /// <param name="Held">It waits for an earlier run of its schedule.</param>
    /// <param name="Fence">The fence that its message carries.</param>
    public sealed record RunRegistered(string Id, DateTimeOffset At, RunSpec Spec, RunState State, string? Reason, bool Held, long Fence) : RunEvent(Id, At);

    /// <summary>A run that had ended is on the books again, to be tried once more; <paramref name="Held"/> while an earlier run of its schedule is in its way.</summary>
    public sealed record RunRevived(string Id, DateTimeOffset At, Run Run, bool Held = false) : RunEvent(Id, At);

    /// <summary>The broker confirmed the attempt's message.</summary>
    public sealed record RunPublished(string Id, DateTimeOffset At, int Attempt) : RunEvent(Id, At);

    /// <summary>Nothing of its schedule is in its way any more.</summary>
    /// <param name="Id">The run.</param>
    /// <param name="At">When.</param>
    /// <param name="Fence">The fence that its message carries: above those of the runs that it waited for. 0 keeps the one of its registration.</param>
    public sealed record RunReleased(string Id, DateTimeOffset At, long Fence = 0) : RunEvent(Id, At);

    /// <summary>The attempt is to be handed to the broker, for the first time or again; <paramref name="Returned"/> where a stopping node gave the one before back.</summary>
    public sealed record AttemptPlanned(string Id, DateTimeOffset At, int Attempt, long Fence, string? Reason, bool Returned = false) : RunEvent(Id, At);

    /// <summary>A worker has taken the attempt.</summary>
    /// <param name="Id">The run.</param>
    /// <param name="At">When.</param>
    /// <param name="Attempt">Which.</param>
    /// <param name="Fence">Its fence.</param>
    /// <param name="Node"><c>host:port</c>, or an external worker's name.</param>
    /// <param name="Incarnation">The member's uid: a node that came back on the same address is another one. 0 for external workers.</param>
    /// <param name="Offer">Names the delivery that it was taken by.</param>
    public sealed record AttemptStarted(string Id, DateTimeOffset At, int Attempt, long Fence, string Node, int Incarnation, string Offer) : RunEvent(Id, At);

    /// <summary>The attempt ended; <paramref name="State"/> is the run's state from now on, <c>Retrying</c> where another attempt follows at
    /// <paramref name="RetryAt"/>: then <paramref name="Outcome"/> says how this one ended (null: failed).</summary>
    public sealed record AttemptEnded(
        string Id, DateTimeOffset At, int Attempt, RunState State, int? ExitCode, string? Output, string? Error, DateTimeOffset? RetryAt,
        RunState? Outcome = null) : RunEvent(Id, At);

    /// <summary>Someone wants it stopped; its worker has been told or will be.</summary>
    public sealed record CancelRequested(string Id, DateTimeOffset At, string Reason) : RunEvent(Id, At);

    /// <summary>A batch is under way; its runs are registered as any other.</summary>
    public sealed record BatchBegan(string Id, DateTimeOffset At, int Attempt) : RunEvent(Id, At);

    /// <summary>Some of the items that a batch's split gave. They count once the split has ended; the first ones take the place of all before.</summary>
    /// <param name="Id">The batch.</param>
    /// <param name="At">When.</param>
    /// <param name="First">Index of the first.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Packed">See <c>ItemPack</c>.</param>
    public sealed record BatchItems(string Id, DateTimeOffset At, int First, int Count, string Packed) : RunEvent(Id, At);
}
