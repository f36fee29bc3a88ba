namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>A configuration text that cannot be read.</summary>
internal sealed class HoconException(string message, HoconOrigin origin) : Exception(message)
{
    public HoconOrigin Origin { get; } = origin;
}
