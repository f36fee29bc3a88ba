using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Brokers;

/// <summary>The broker of a node that needs none: runs wait in memory, in fair order, until a worker has a slot. Nothing is lost with it:
/// the shards hold every run on record and hand them over again after a restart. Safe to use from several threads.</summary>
public sealed class EmbeddedBroker : IRunBroker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EmbeddedQueue> _queues = [];
    private readonly EmbeddedDeadLetters _dead = new();

    public bool IsDurable => false;

    public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish() => Flow.Create<DispatchItem>().Select(item =>
    {
        QueueOf(item.Spec.Queue).Add(item);
        return new DispatchOutcome(item, null);
    });

    public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit) => QueueOf(queue).Consume(credit);

    // Nobody outside can reach this broker.
    public Source<ResultDelivery, IDeliveryControl> Results() =>
        Source.Maybe<ResultDelivery>().MapMaterializedValue(end => (IDeliveryControl)new Ending(end));

    public Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken)
    {
        var (messages, consumers) = QueueOf(queue).Depth;
        return Task.FromResult<QueueDepth?>(new QueueDepth(messages, consumers, _dead.CountOf(queue)));
    }

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. _dead.Oldest(limit).Select((dead, i) =>
            new DeadLetter(i + 1, dead.Reason, dead.Item.Spec.Id, dead.Item.Spec.Queue, dead.Item.Spec.Job.Params))]);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => Task.FromResult((long)_dead.Count);

    // A letter leaves once it is known where to: when the question fails, it is still there.
    public async Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var letters in _dead.ByMessage(messageId))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isRetried = await retry(letters.Key);
            foreach (var letter in letters)
            {
                if (!_dead.TryTake(letter)) continue;
                count++;
                if (!isRetried) QueueOf(letter.Value.Item.Spec.Queue).Add(letter.Value.Item);
            }
        }
        return count;
    }

    public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(QueueOf(queue).Purge());

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private EmbeddedQueue QueueOf(string name)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(name, out var queue)) _queues[name] = queue = new EmbeddedQueue(_dead.Add);
            return queue;
        }
    }

    private sealed class Ending(TaskCompletionSource<ResultDelivery> end) : IDeliveryControl
    {
        public Task DrainAsync()
        {
            end.TrySetResult(null!);
            return Task.CompletedTask;
        }
    }
}
