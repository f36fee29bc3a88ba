namespace ActorCron.Streams.Amqp;

/// <summary>How full a queue is.</summary>
/// <param name="Messages">Messages ready to be delivered; those delivered and not settled do not count.</param>
/// <param name="Consumers">Consumers.</param>
public sealed record AmqpQueueDepth(long Messages, long Consumers);
