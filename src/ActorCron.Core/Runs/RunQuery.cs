namespace ActorCron.Core.Runs;

/// <summary>What to list. Every given filter must hold.</summary>
public sealed record RunQuery
{
    public string? Schedule { get; init; }
    public string? User { get; init; }
    public IReadOnlyCollection<RunState> States { get; init; } = [];
    public string? Queue { get; init; }
    /// <summary>Scheduled at or after, UTC.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Scheduled before, UTC.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>1 to 1000.</summary>
    public int Limit { get; init; } = 100;
    /// <summary>A cursor of an earlier page.</summary>
    public string? After { get; init; }
    public bool WithOutput { get; init; }
}

/// <summary>A page of runs and the cursor of the next one, null at the end.</summary>
public sealed record RunPage(IReadOnlyList<Run> Items, string? Next);
