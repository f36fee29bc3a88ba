namespace ActorCron.Core.Machines;

/// <summary>A timer has fired. It may come late, early, twice, or after it was put off: the machine compares it with its state.</summary>
/// <param name="Timer">Its name.</param>
public sealed record Due(string Timer);

/// <summary>The journal has been read to its end: say again all that is not known to be done.</summary>
public sealed record Recovered
{
    /// <summary>The only one.</summary>
    public static readonly Recovered Instance = new();
}
