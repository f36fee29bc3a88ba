namespace ActorCron.Core.Runs;

/// <summary>The stretch of a schedule's occurrences in which retention has removed runs that had been executed. Nothing in it is known to be
/// fresh: what has no record there may have run. It only grows, and is all that is kept of them.</summary>
/// <param name="First">The oldest of them, UTC.</param>
/// <param name="Last">The newest of them, UTC.</param>
public readonly record struct PrunedSpan(DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Whether an occurrence falls into it.</summary>
    public bool Has(DateTimeOffset occurrence) => occurrence >= First && occurrence <= Last;

    /// <summary>Both, and what lies between them.</summary>
    public PrunedSpan With(PrunedSpan other) =>
        new(other.First < First ? other.First : First, other.Last > Last ? other.Last : Last);
}
