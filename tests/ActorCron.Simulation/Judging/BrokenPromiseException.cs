namespace ActorCron.Simulation.Judging;

/// <summary>What was promised does not hold.</summary>
/// <param name="invariant">Which promise, in a few words; shrinking keeps what breaks the same one.</param>
/// <param name="text">What was seen.</param>
/// <param name="subject">The run or schedule concerned, for the story.</param>
public sealed class BrokenPromiseException(string invariant, string text, string subject) : Exception($"{invariant}: {text}")
{
    public string Invariant { get; } = invariant;
    public string Subject { get; } = subject;
}
