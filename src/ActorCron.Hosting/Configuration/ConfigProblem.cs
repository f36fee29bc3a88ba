using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Key">The full key, or null where it concerns a text as a whole.</param>
/// <param name="Message">What is wrong and what would be right. Never holds a secret.</param>
/// <param name="Origin">Where it was written; null where a default or a combination is at fault.</param>
public sealed record ConfigProblem(string? Key, string Message, HoconOrigin? Origin)
{
    public override string ToString() => (Origin is null ? "" : $"{Origin}: ") + (Key is null ? "" : $"{Key}: ") + Message;
}
