namespace ActorCron.Core.Machines;

/// <summary>Whom a message came from or goes to. A machine only keeps and compares it; what stands in it is the shell's affair
/// (an actor reference in production, a name in the simulator).</summary>
/// <param name="Reference">What the shell knows the party by; null for nobody.</param>
public readonly record struct Address(object? Reference)
{
    /// <summary>No one: what is sent there goes nowhere.</summary>
    public static readonly Address Nobody = new(null);

    /// <summary>Whether it names someone.</summary>
    public bool IsSomebody => Reference is not null;
}
