using ActorCron.Core.Messages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Brokers;

/// <summary>What carries runs from the dispatcher to the workers: RabbitMQ, or the node itself. Both pass one conformance suite.</summary>
public interface IRunBroker
{
    /// <summary>Whether a published message survives the end of the broker and of every node.</summary>
    bool IsDurable { get; }

    /// <summary>Publishes attempts and says of each how it went, once the broker has confirmed it. The flow fails when the connection is
    /// lost: what it had not answered for may or may not be with the broker and is the caller's to publish again.</summary>
    Flow<DispatchItem, DispatchOutcome, NotUsed> Publish();

    /// <summary>Takes deliveries from a queue, never more than <paramref name="credit"/> unsettled at a time. Fails when the connection is lost.</summary>
    Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit);

    /// <summary>What outside workers report. Each is settled by whoever takes it.</summary>
    Source<ResultDelivery, IDeliveryControl> Results();

    /// <summary>What waits in a queue and how many take from it; null where there is no such queue.</summary>
    Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken);

    /// <summary>The oldest, and no more of them than may be held in memory.</summary>
    Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters there are in all.</summary>
    Task<long> CountDeadLettersAsync(CancellationToken cancellationToken);

    /// <summary>Sends dead letters back to work: those with a message id, or all when it is null.</summary>
    /// <param name="messageId">Which; null for all.</param>
    /// <param name="retry">Asked once for each message id: true where its run is tried again instead, and its letter is done with.</param>
    /// <param name="cancellationToken">Ends it between two letters.</param>
    /// <returns>How many went.</returns>
    Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken);
    Task<int> PurgeAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Completes when a message would get through; throws what the broker threw otherwise.</summary>
    /// <exception cref="BrokerBlockedException">The broker answers, and yet nothing moves.</exception>
    Task PingAsync(CancellationToken cancellationToken);
}

/// <summary>How a publish went; <paramref name="Failure"/> is null when the broker confirmed it.</summary>
public sealed record DispatchOutcome(DispatchItem Item, string? Failure);

/// <summary>Messages that wait, consumers that take them, messages among the dead letters that came from it.</summary>
public sealed record QueueDepth(long Messages, int Consumers, long Dead);

/// <summary>Holds a running <see cref="IRunBroker.Deliveries"/>.</summary>
public interface IDeliveryControl
{
    /// <summary>Takes no more, hands nothing back: what was delivered is still emitted and can still be settled; the stream ends when all is.
    /// Done when nothing more comes. Never throws.</summary>
    Task DrainAsync();
}
