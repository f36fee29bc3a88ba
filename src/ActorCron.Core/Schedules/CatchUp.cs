namespace ActorCron.Core.Schedules;

/// <summary>What becomes of occurrences that were not dispatched in their own tick.</summary>
public enum CatchUpPolicy
{
    /// <summary>Each one inside the window runs.</summary>
    All,
    /// <summary>Only the latest one inside the window runs; the others are on record as missed.</summary>
    Latest,
    /// <summary>None runs; all are on record as missed.</summary>
    None,
}

/// <summary>A catch-up policy and how far back an occurrence still counts.</summary>
public sealed record CatchUp(CatchUpPolicy Policy, TimeSpan Window)
{
    public static readonly CatchUp Default = new(CatchUpPolicy.All, TimeSpan.FromMinutes(10));
}
