namespace ActorCron.Core.Jobs;

/// <summary>One attempt of one run, as its handler sees it.</summary>
public sealed record JobContext
{
    public required string RunId { get; init; }
    /// <summary>The schedule's id; null for a run that came as a message.</summary>
    public string? Schedule { get; init; }
    public required string User { get; init; }
    /// <summary>The occurrence, UTC.</summary>
    public required DateTimeOffset ScheduledFor { get; init; }
    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }
    /// <summary>Grows with every attempt of any run of the schedule; hand it to sinks that can refuse a lower one.</summary>
    public required long Fence { get; init; }
    /// <summary>What to do. In a batch its params hold what was added to them: an item's fields, or the results.</summary>
    public required JobSpec Job { get; init; }
    /// <summary>The params as the schedule's owner wrote them: those of <see cref="Job"/>, without what a batch added.</summary>
    public string OwnParams { get => field ?? Job.Params; init; }
    /// <summary>The run's place in a batch, or null.</summary>
    public BatchPart? Batch { get; init; }
    /// <summary>Whether the run comes from the node's own crontab (see <c>--crontab</c>).</summary>
    public bool FromCrontab { get; init; }
    /// <summary>The account that the node's own system crontab names for the command, or null.</summary>
    public string? RunAs { get; init; }
    /// <summary>The W3C trace context of the dispatch, or null.</summary>
    public string? TraceParent { get; init; }
    /// <summary>Lines written here appear in the run's output while it runs; bounded to 64 KiB, head and tail (8 MiB for the split of a batch).</summary>
    public required JobOutput Output { get; init; }
}
