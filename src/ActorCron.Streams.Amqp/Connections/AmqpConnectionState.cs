namespace ActorCron.Streams.Amqp;

/// <summary>What is known of the connection of one role at one moment.</summary>
/// <param name="Role">The role.</param>
/// <param name="Host">The node connected to; null while not connected.</param>
/// <param name="BlockedReason">The broker's words while it accepts no messages (out of memory or disk); else null.</param>
/// <param name="LastFailure">Why the last connection ended or could not be made, without credentials; null if none did.</param>
public sealed record AmqpConnectionState(AmqpRole Role, AmqpHost? Host, string? BlockedReason, string? LastFailure)
{
    /// <summary>Whether a connection is open.</summary>
    public bool IsOpen => Host is not null;

    /// <summary>Whether the broker has stopped taking messages on it.</summary>
    public bool IsBlocked => BlockedReason is not null;
}
