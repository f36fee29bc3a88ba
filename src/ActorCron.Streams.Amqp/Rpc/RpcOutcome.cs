namespace ActorCron.Streams.Amqp;

/// <summary>What came of a request: as many answers as it asked for, or one of the others.</summary>
public abstract record RpcOutcome
{
    private RpcOutcome()
    {
    }

    /// <summary>An answer.</summary>
    /// <param name="Message">The answer.</param>
    /// <param name="IsLast">Whether it is the last one of its request.</param>
    public sealed record Replied(CommittableMessage Message, bool IsLast) : RpcOutcome;

    /// <summary>The request did not reach a queue for certain.</summary>
    /// <param name="Why">What became of it.</param>
    public sealed record NotSent(PublishOutcome Why) : RpcOutcome;

    /// <summary>Too few answers came in time; later ones are dropped.</summary>
    /// <param name="Received">How many came.</param>
    public sealed record TimedOut(int Received) : RpcOutcome;
}
