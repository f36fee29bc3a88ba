namespace ActorCron.Core.Shards;

/// <summary>The names of a run shard's timers.</summary>
internal static class Timers
{
    public const string Sweep = "sweep";
    public const string Retries = "retries";
    public const string Outbox = "outbox";
}
