namespace ActorCron.Streams.Amqp;

/// <summary>What became of one published message. Every message taken gets exactly one.</summary>
public abstract record PublishOutcome
{
    private PublishOutcome()
    {
    }

    /// <summary>Whether the broker has it, routed to a queue if it was mandatory, on disk if it was persistent and the queue durable.</summary>
    public bool IsConfirmed => this is Confirmed;

    /// <summary>The broker took responsibility.</summary>
    public sealed record Confirmed : PublishOutcome
    {
        internal static Confirmed Instance { get; } = new();

        private Confirmed()
        {
        }
    }

    /// <summary>The broker refuses to answer for it: the queue is full, or goes down at this moment (then it may be there all the same).</summary>
    public sealed record Nacked : PublishOutcome
    {
        internal static Nacked Instance { get; } = new();

        private Nacked()
        {
        }
    }

    /// <summary>It was mandatory and no queue takes it.</summary>
    /// <param name="Code">AMQP reply code, usually 312.</param>
    /// <param name="Text">The broker's words, usually NO_ROUTE.</param>
    public sealed record Returned(ushort Code, string Text) : PublishOutcome;

    /// <summary>No confirm within <see cref="AmqpPublishSettings.ConfirmTimeout"/>. The broker may have it all the same.</summary>
    public sealed record TimedOut : PublishOutcome
    {
        internal static TimedOut Instance { get; } = new();

        private TimedOut()
        {
        }
    }

    /// <summary>The channel ended before the confirm. The broker may have it all the same. A stream without
    /// <see cref="AmqpPublishSettings.Restart"/> fails after the last of these.</summary>
    /// <param name="Reason">How the channel ended.</param>
    public sealed record Lost(string Reason) : PublishOutcome;

    /// <summary>It cannot be written as AMQP, such as for a header of an unknown type; nothing was sent, and the stream goes on.</summary>
    /// <param name="Reason">What is wrong.</param>
    public sealed record Invalid(string Reason) : PublishOutcome;
}
