namespace ActorCron.Streams.Amqp;

/// <summary>User name and password for the broker. Neither ever shows in <see cref="ToString"/>.</summary>
public sealed class AmqpCredentials(string userName, string password)
{
    /// <summary>RabbitMQ's user after an installation; the broker accepts it over loopback only.</summary>
    public static AmqpCredentials Guest { get; } = new("guest", "guest");

    /// <summary>The user's name.</summary>
    public string UserName { get; } = userName;

    internal string Password { get; } = password;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
