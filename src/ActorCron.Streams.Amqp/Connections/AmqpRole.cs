namespace ActorCron.Streams.Amqp;

/// <summary>
/// What a connection is for. The two are kept apart because a broker short of memory or disk stops reading from connections
/// that publish: acknowledgements must not wait behind them.
/// </summary>
public enum AmqpRole
{
    /// <summary>Consumers, acknowledgements and questions about queues.</summary>
    Consume,

    /// <summary>Publishers.</summary>
    Publish,
}
