namespace ActorCron.Pbm;

/// <summary>What pbm's exit says to a script (contract section 9).</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The node answered and refused, or a run that was waited for did not succeed.</summary>
    public const int Refused = 1;

    /// <summary>The command line is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>No node answered: nothing listens, the name is unknown, or the answer did not come in time.</summary>
    public const int NoConnection = 3;

    /// <summary>Ended by Ctrl+C or SIGTERM before the command was through (the shells' 128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
