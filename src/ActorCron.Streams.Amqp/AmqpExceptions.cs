namespace ActorCron.Streams.Amqp;

/// <summary>Root of this connector's exceptions.</summary>
public abstract class AmqpException(string message) : Exception(message)
{
    /// <summary>Whether trying again later may help, without anyone changing code or broker.</summary>
    public virtual bool IsTransient => true;
}

/// <summary>The broker cannot be reached, or refuses the login. The message names the hosts, never the credentials.</summary>
public sealed class AmqpConnectionException(string message) : AmqpException(message);

/// <summary>A channel or its connection ended; what was in flight on it is unsettled.</summary>
public sealed class AmqpChannelClosedException(ushort replyCode, string reason, bool byBroker) : AmqpException(reason)
{
    /// <summary>AMQP reply code, such as 320 (connection forced) or 406 (precondition failed).</summary>
    public ushort ReplyCode { get; } = replyCode;

    /// <summary>Whether the broker closed it in good order; false for a lost connection.</summary>
    public bool ByBroker { get; } = byBroker;
}

/// <summary>The broker ended a consumer, mostly because its queue was deleted.</summary>
public sealed class AmqpConsumerCancelledException(string queue)
    : AmqpException($"The broker cancelled the consumer of queue '{queue}': the queue was deleted or its node is gone.")
{
    /// <summary>The queue.</summary>
    public string Queue { get; } = queue;
}

/// <summary>
/// A queue, exchange or binding is not as declared (406), may not be touched (403), is in exclusive use (405) or is missing (404).
/// </summary>
public sealed class AmqpTopologyException(string declaration, ushort replyCode, string message) : AmqpException(message)
{
    /// <summary>What was declared.</summary>
    public string Declaration { get; } = declaration;

    /// <summary>AMQP reply code: 403, 404, 405 or 406.</summary>
    public ushort ReplyCode { get; } = replyCode;

    /// <summary>Missing or in use can change by itself; different or forbidden cannot.</summary>
    public override bool IsTransient => ReplyCode is 404 or 405;
}

/// <summary>A sink's message was not confirmed.</summary>
public sealed class AmqpPublishException(PublishOutcome outcome) : AmqpException($"A message was not confirmed: {outcome}.")
{
    /// <summary>What became of it.</summary>
    public PublishOutcome Outcome { get; } = outcome;
}
