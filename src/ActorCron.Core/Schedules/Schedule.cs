using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ActorCron.Core.Jobs;
using ActorCron.Core.Time;

namespace ActorCron.Core.Schedules;

/// <summary>A stored rule: when, what and how; owned by a user. All its values are checked and complete:
/// what a document leaves out has been filled with the defaults.</summary>
public sealed record Schedule
{
    private readonly TagList _tags;

    /// <summary>1 to 200 of <c>A-Z a-z 0-9 . _ : / -</c>, starting with a letter or digit.</summary>
    public required string Id { get; init; }
    public string User { get; init; } = "default";
    public string Description { get; init; } = "";
    /// <summary>Compared by their texts, in their order.</summary>
    public ImmutableArray<string> Tags { get => _tags.Tags; init => _tags = new TagList(value); }
    /// <summary>When it fires, as its owner wrote it.</summary>
    public required TimeSpec Time { get; init; }
    public required JobSpec Job { get; init; }
    public string Queue { get; init; } = "default";
    /// <summary>Higher goes first among runs that wait for the same queue; 0 by default.</summary>
    public int Priority { get; init; }
    public CatchUp CatchUp { get; init; } = CatchUp.Default;
    public OverlapPolicy Overlap { get; init; }
    public ExecutionGuarantee Execution { get; init; }
    public RetryPolicy Retry { get; init; } = RetryPolicy.Once;
    /// <summary>How long one attempt may run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Each occurrence is delayed by a stable share of this, so that a fail-over repeats it.</summary>
    public TimeSpan Jitter { get; init; }
    public bool Paused { get; init; }
    /// <summary>Its owner did not say whether it is paused: where it replaces another, that one's pause stays. Never set once it is stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsPause { get; init; }
    /// <summary>Set for the entries of the node's own crontab only: their shell jobs run although shell jobs are off.
    /// No API body can set it.</summary>
    public bool FromCrontab { get; init; }
    /// <summary>The account that its command runs under, where the node's own system crontab names one; else null. No API body can set it.</summary>
    public string? RunAs { get; init; }
    /// <summary>A line of a crontab made it, the node's own or an imported one: only such a schedule is removed when its line is gone.
    /// No API body can set it.</summary>
    public bool CrontabEntry { get; init; }

    /// <summary>This schedule as the entry of a crontab that another one is (or is not), with all that this allows it.</summary>
    public Schedule AsEntryOf(Schedule other) => this with { CrontabEntry = other.CrontabEntry, FromCrontab = other.FromCrontab, RunAs = other.RunAs };
}
