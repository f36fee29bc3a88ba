namespace ActorCron.Core.Jobs;

/// <summary>What a run executes: a job type and its parameters.</summary>
/// <param name="Type">The name a handler is registered under.</param>
/// <param name="Params">A JSON object as compact UTF-16 text, at most 64 KiB.</param>
public sealed record JobSpec(string Type, string Params)
{
    /// <summary>The type of jobs that are batches: no handler executes one, its runs follow from it.</summary>
    public const string BatchType = "batch";
}
