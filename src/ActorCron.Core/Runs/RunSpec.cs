using System.Text.Json.Serialization;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Runs;

/// <summary>What a run is to do, pinned when it was made: a later change of its schedule does not reach it.</summary>
public sealed record RunSpec
{
    public required string Id { get; init; }
    /// <summary>Null for a run that came as a message.</summary>
    public string? Schedule { get; init; }
    public required string User { get; init; }
    public required string Queue { get; init; }
    public int Priority { get; init; }
    /// <summary>The occurrence, UTC; for other triggers the moment that they were asked for.</summary>
    public required DateTimeOffset ScheduledFor { get; init; }
    public required RunTrigger Trigger { get; init; }
    public required JobSpec Job { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
    public RetryPolicy Retry { get; init; } = RetryPolicy.Once;
    public OverlapPolicy Overlap { get; init; }
    public ExecutionGuarantee Execution { get; init; }
    public bool FromCrontab { get; init; }
    /// <summary>The account that a system crontab's command runs under; counts with <see cref="FromCrontab"/> only.</summary>
    public string? RunAs { get; init; }
    /// <summary>Behind live work: a catch-up or backfill run.</summary>
    public bool Late { get; init; }
    public string? TraceParent { get; init; }
    /// <summary>True where a trigger brought params that are not the schedule's; else null.</summary>
    public bool? ParamsReplaced { get; init; }
    /// <summary>Its place in a batch; null for a run of its own.</summary>
    public BatchPart? Batch { get; init; }

    /// <summary>Whether it is a batch: no worker executes it, its runs follow from it.</summary>
    [JsonIgnore]
    public bool IsBatch => Batch is null && Schedule is not null && Job.Type == JobSpec.BatchType;

    /// <summary>What lists and retention count it under: its schedule, or the batch that it is part of.</summary>
    [JsonIgnore]
    public string? Series => Batch?.Parent ?? Schedule;
}
