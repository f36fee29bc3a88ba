namespace ActorCron.Streams.Amqp;

/// <summary>What to consume, and how much at a time.</summary>
/// <param name="Queue">The queue; empty for a temporary one, see <see cref="Temporary"/>.</param>
public sealed record AmqpSourceSettings(string Queue)
{
    /// <summary>Made in this order on the source's own channel, each time it starts.</summary>
    public IReadOnlyList<AmqpDeclaration> Declarations { get; init; } = [];

    /// <summary>
    /// How many messages the broker hands out beyond those settled, 1 to 65535. It is the source's whole buffer and an exact credit:
    /// with a prefetch of n, at most n messages are out at this source at any time, wherever in the stream they are.
    /// </summary>
    public ushort Prefetch { get; init; } = 100;

    /// <summary>Name that the broker shows for the consumer; empty lets it choose.</summary>
    public string ConsumerTag { get; init; } = "";

    /// <summary>Refuses to share the queue: the source fails if others consume from it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Arguments of the consumer, such as <c>x-priority</c>, or <c>x-stream-offset</c> for a stream queue.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; init; } = new Dictionary<string, object?>();

    /// <summary>How long the channel stays open for messages emitted but not settled after the stream is cancelled from downstream
    /// (a kill switch, a <c>Take</c>); then the broker gets them back. Messages not emitted go back at once.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the queue is a temporary one.</summary>
    public bool IsTemporary => Queue.Length == 0;

    /// <summary>
    /// A queue of the source's own, named by the broker, gone with the source. Of <paramref name="declarations"/>, a
    /// <see cref="BindingDeclaration"/> with an empty queue name binds it.
    /// </summary>
    public static AmqpSourceSettings Temporary(params IReadOnlyList<AmqpDeclaration> declarations) => new("") { Declarations = declarations };

    internal AmqpSourceSettings Validated()
    {
        if (Prefetch == 0)
            throw new ArgumentException($"{nameof(Prefetch)} must be between 1 and {ushort.MaxValue}: none would let the broker send without limit.");
        if (SettleTimeout < TimeSpan.Zero) throw new ArgumentException($"{nameof(SettleTimeout)} must not be negative; it is {SettleTimeout}.");
        return this;
    }
}
