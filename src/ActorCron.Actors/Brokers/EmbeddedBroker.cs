using ActorCron.Core.Messages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Brokers;

/// <summary>The broker of a node that needs none: runs wait in memory, in fair order, until a worker has a slot. Nothing is lost with it:
/// the shards hold every run on record and hand them over again after a restart. Safe to use from several threads.</summary>
public sealed class EmbeddedBroker : IRunBroker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EmbeddedQueue> _queues = [];
    private readonly LinkedList<(DispatchItem Item, string Reason)> _dead = new();

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
        lock (_lock) return Task.FromResult<QueueDepth?>(new QueueDepth(messages, consumers, _dead.Count(dead => dead.Item.Spec.Queue == queue)));
    }

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<DeadLetter>>([.. _dead.Take(limit).Select((dead, i) =>
                new DeadLetter(i + 1, dead.Reason, dead.Item.Spec.Id, dead.Item.Spec.Queue, dead.Item.Spec.Job.Params))]);
        }
    }

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult((long)_dead.Count);
    }

    public async Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken)
    {
        List<DispatchItem> back;
        lock (_lock)
        {
            back = [.. _dead.Where(dead => messageId is null || dead.Item.Spec.Id == messageId).Select(dead => dead.Item)];
            for (var node = _dead.First; node is not null;)
            {
                var next = node.Next;
                if (back.Contains(node.Value.Item)) _dead.Remove(node);
                node = next;
            }
        }
        foreach (var letters in back.GroupBy(item => item.Spec.Id))
        {
            if (await retry(letters.Key)) continue;
            foreach (var item in letters) QueueOf(item.Spec.Queue).Add(item);
        }
        return back.Count;
    }

    public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(QueueOf(queue).Purge());

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private EmbeddedQueue QueueOf(string name)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(name, out var queue)) _queues[name] = queue = new EmbeddedQueue(Bury);
            return queue;
        }
    }

    private void Bury(DispatchItem item, string reason)
    {
        lock (_lock)
        {
            _dead.AddLast((item, reason));
            if (_dead.Count > 10_000) _dead.RemoveFirst();
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
