namespace ActorCron.Node.Running;

/// <summary>How the program ends.</summary>
public static class ExitCode
{
    /// <summary>A clean stop, or nothing wrong.</summary>
    public const int Ok = 0;
    /// <summary>The node failed.</summary>
    public const int Failure = 1;
    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;
}
