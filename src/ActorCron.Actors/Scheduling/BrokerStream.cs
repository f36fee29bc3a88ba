using ActorCron.Actors.Brokers;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Messages;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Scheduling;

/// <summary>One open stream of publishes to the broker. What becomes of each, and the stream's end, is told to its owner.</summary>
internal sealed class BrokerStream
{
    private readonly ISourceQueueWithComplete<DispatchItem> _queue;

    private BrokerStream(long number, ISourceQueueWithComplete<DispatchItem> queue) => (Number, _queue) = (number, queue);

    /// <summary>As its owner named it.</summary>
    public long Number { get; }

    /// <summary>Opens a stream.</summary>
    /// <param name="number">Names it.</param>
    /// <param name="broker">Where to.</param>
    /// <param name="window">How many may be unanswered at a time.</param>
    /// <param name="owner">Gets <see cref="Published"/> and <see cref="StreamEnded"/>.</param>
    /// <param name="materializer">Runs it; ends with the owner.</param>
    public static BrokerStream Open(long number, IRunBroker broker, int window, IActorRef owner, IMaterializer materializer)
    {
        var (queue, done) = Source.Queue<DispatchItem>(window + 1, OverflowStrategy.Fail)
            .ViaMaterialized(broker.Publish(), Keep.Left)
            .ToMaterialized(Sink.ForEach<DispatchOutcome>(outcome => owner.Tell(ToNews(number, outcome))), Keep.Both)
            .Run(materializer);
        done.PipeTo(owner, owner, () => new StreamEnded(number, null), cause => new StreamEnded(number, cause.GetBaseException().Message));
        return new BrokerStream(number, queue);
    }

    /// <summary>Publishes; never full, since its buffer is as large as the window of unconfirmed messages.</summary>
    public void Publish(DispatchItem item) => _queue.OfferAsync(item);

    /// <summary>Ends it; what is unanswered stays so.</summary>
    public void Close() => _queue.Fail(new OperationCanceledException("another stream takes its place"));

    private static Published ToNews(long number, DispatchOutcome outcome) =>
        new(number, new AttemptKey(outcome.Item.Spec.Id, outcome.Item.Attempt), outcome.Failure);
}
