namespace ActorCron.Core.Schedules;

/// <summary>The catch-up policy as a pure rule: which of the owed occurrences run, which are missed.</summary>
public static class CatchUpPlan
{
    /// <summary>Until this long after its time an occurrence belongs to its own tick.</summary>
    public static TimeSpan OnTime(bool hasSeconds) => hasSeconds ? TimeSpan.FromSeconds(5) : TimeSpan.FromMinutes(1);

    /// <summary>What becomes of one owed occurrence.</summary>
    /// <param name="catchUp">The policy.</param>
    /// <param name="lateness">How long its time is past.</param>
    /// <param name="onTime">See <see cref="OnTime"/>.</param>
    /// <param name="isLatest">Whether no later occurrence is owed.</param>
    /// <param name="late">Whether it runs behind live work.</param>
    /// <returns>Why it is missed; null when it runs.</returns>
    public static string? Decide(CatchUp catchUp, TimeSpan lateness, TimeSpan onTime, bool isLatest, out bool late)
    {
        late = lateness > onTime;
        if (!late) return catchUp.Policy == CatchUpPolicy.Latest && !isLatest ? "superseded by a later occurrence (catch-up policy latest)" : null;
        if (lateness > catchUp.Window) return $"older than the catch-up window of {Durations.Format(catchUp.Window)} when the scheduler came to it";
        return catchUp.Policy switch
        {
            CatchUpPolicy.All => null,
            CatchUpPolicy.Latest => isLatest ? null : "superseded by a later occurrence (catch-up policy latest)",
            CatchUpPolicy.None => "not dispatched in its own tick (catch-up policy none)",
            var unknown => throw new ArgumentOutOfRangeException(nameof(catchUp), unknown, "Unknown catch-up policy."),
        };
    }
}
