namespace ActorCron.Actors.Gateway;

/// <summary>The scheduler, the store or the broker is away for now. Try again after <see cref="RetryAfter"/>.</summary>
public sealed class UnavailableException : Exception
{
    public UnavailableException(string what, Exception? cause = null) : base(what, cause) { }

    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
