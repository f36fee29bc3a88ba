namespace ActorCron.Core.Jobs;

/// <summary>How one attempt ended, as its handler saw it.</summary>
/// <param name="Error">Null when it succeeded; else why not, in one line.</param>
/// <param name="ExitCode">A process's exit code, where there was one.</param>
/// <param name="Permanent">True when another attempt could not go better: no retry follows.</param>
public sealed record JobResult(string? Error, int? ExitCode = null, bool Permanent = false)
{
    public static readonly JobResult Succeeded = new((string?)null);
    public static JobResult Failed(string error, int? exitCode = null) => new(error, exitCode);
}
