namespace ActorCron.Core.Time;

/// <summary>A stored rule that does not compile here, say for a time zone that this machine's data lacks. It never fires.</summary>
public sealed class BrokenRule(RuleProblem problem) : TimeRule
{
    /// <summary>Why it does not compile.</summary>
    public RuleProblem Problem { get; } = problem;

    public override bool HasSeconds => false;

    public override DateTimeOffset? Next(DateTimeOffset after) => null;
}
