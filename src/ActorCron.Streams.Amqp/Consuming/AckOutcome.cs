namespace ActorCron.Streams.Amqp;

/// <summary>What became of an acknowledgement.</summary>
public enum AckOutcome
{
    /// <summary>Handed to the connection while it was open. AMQP confirms no acknowledgements: if the connection breaks at that
    /// very moment, the broker may still deliver the message again.</summary>
    Done,

    /// <summary>The channel had ended before: nothing was sent, and the broker delivers the message again.</summary>
    ChannelLost,

    /// <summary>An earlier call settled it, and its outcome tells whether the broker heard; this one sent nothing.</summary>
    AlreadySettled,
}
