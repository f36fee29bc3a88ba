namespace ActorCron.Core.Dispatching;

/// <summary>The dispatcher's timers, by name.</summary>
internal static class Timers
{
    public const string Wake = "wake-shards";
    public const string Open = "open-stream";
    public const string Pump = "look-again";
    public const string Flush = "flush-published";
    public const string Register = "registrations";
    public const string Waiters = "waiters";
}
