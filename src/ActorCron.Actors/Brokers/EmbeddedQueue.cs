using System.Threading.Channels;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Brokers;

/// <summary>One queue of the embedded broker: hands out only against credit, in turn among its consumers. Safe to use from several threads.</summary>
internal sealed class EmbeddedQueue(Action<DispatchItem, string> bury)
{
    private readonly Lock _lock = new();
    private readonly FairBacklog<DispatchItem> _waiting = new();
    private readonly Stack<DispatchItem> _returned = new();
    private readonly Queue<Consumer> _ready = new();
    private int _consumers;

    public (long Messages, int Consumers) Depth
    {
        get
        {
            lock (_lock) return (_waiting.Count + _returned.Count, _consumers);
        }
    }

    public void Add(DispatchItem item)
    {
        lock (_lock)
        {
            _waiting.Add(item.Spec.User, item.Spec.Priority, item.Spec.Late, item);
            HandOut();
        }
    }

    public int Purge()
    {
        lock (_lock)
        {
            var count = _waiting.Count + _returned.Count;
            while (_waiting.TryTake(out _)) { }
            _returned.Clear();
            return count;
        }
    }

    public Source<RunDelivery, IDeliveryControl> Consume(int credit) => ChannelSource.Create(this, credit);

    private void HandOut()
    {
        while (_ready.TryPeek(out var consumer))
        {
            if (consumer.Credit == 0)
            {
                _ready.Dequeue();
                consumer.IsReady = false;
                continue;
            }
            if (!_returned.TryPop(out var item) && !_waiting.TryTake(out item)) return;
            _ready.Dequeue();
            consumer.Credit--;
            consumer.Give(item);
            if (consumer.Credit > 0) _ready.Enqueue(consumer);
            else consumer.IsReady = false;
        }
    }

    private void Settle(Consumer consumer, EmbeddedDelivery delivery, Action<DispatchItem>? then)
    {
        lock (_lock)
        {
            if (!consumer.Unsettled.Remove(delivery)) return;
            then?.Invoke(delivery.Item);
            if (consumer.IsDraining)
            {
                if (consumer.Unsettled.Count == 0) consumer.Channel.Writer.TryComplete();
            }
            else
            {
                consumer.Credit++;
                if (!consumer.IsReady) Ready(consumer);
            }
            HandOut();
        }
    }

    private void Ready(Consumer consumer)
    {
        consumer.IsReady = true;
        _ready.Enqueue(consumer);
    }

    private void Drain(Consumer consumer)
    {
        lock (_lock)
        {
            if (consumer.IsDraining) return;
            consumer.IsDraining = true;
            consumer.Credit = 0;
            _consumers--;
            if (consumer.Unsettled.Count == 0) consumer.Channel.Writer.TryComplete();
        }
    }

    // The stream is gone: what it had not settled goes to another.
    private void Close(Consumer consumer)
    {
        Drain(consumer);
        lock (_lock)
        {
            foreach (var delivery in consumer.Unsettled) _returned.Push(delivery.Item);
            consumer.Unsettled.Clear();
            HandOut();
        }
    }

    private static class ChannelSource
    {
        public static Source<RunDelivery, IDeliveryControl> Create(EmbeddedQueue queue, int credit) =>
            Source.Lazily(() => Start(queue, credit)).MapMaterializedValue(started => (IDeliveryControl)new Control(started))
                .WatchTermination((control, done) =>
                {
                    _ = CloseWhenDone(((Control)control).Started, done);
                    return control;
                });

        private static Source<RunDelivery, Consumer> Start(EmbeddedQueue queue, int credit)
        {
            var consumer = new Consumer(queue, credit);
            lock (queue._lock)
            {
                queue._consumers++;
                queue.Ready(consumer);
                queue.HandOut();
            }
            return Akka.Streams.Dsl.ChannelSource.FromReader(consumer.Channel.Reader).MapMaterializedValue(_ => consumer);
        }

        private static async Task CloseWhenDone(Task<Consumer> started, Task done)
        {
            try
            {
                await done;
            }
            catch (Exception)
            {
                // How it ended does not matter here; whoever runs the stream hears of it.
            }
            if (started.IsCompletedSuccessfully)
            {
                var consumer = await started;
                consumer.Queue.Close(consumer);
            }
        }
    }

    private sealed class Control(Task<Consumer> started) : IDeliveryControl
    {
        public Task<Consumer> Started { get; } = started;

        public async Task DrainAsync()
        {
            try
            {
                var consumer = await Started;
                consumer.Queue.Drain(consumer);
            }
            catch (Exception)
            {
                // It ended before it began: there is nothing to drain.
            }
        }
    }

    private sealed class Consumer(EmbeddedQueue queue, int credit)
    {
        public EmbeddedQueue Queue { get; } = queue;
        public int Credit { get; set; } = credit;
        public bool IsReady { get; set; }
        public bool IsDraining { get; set; }
        public HashSet<EmbeddedDelivery> Unsettled { get; } = [];
        // Bounded by the credit: nothing is handed out without.
        public Channel<RunDelivery> Channel { get; } = System.Threading.Channels.Channel.CreateUnbounded<RunDelivery>();

        public void Give(DispatchItem item)
        {
            var delivery = new EmbeddedDelivery(this, item) { Spec = item.Spec, Attempt = item.Attempt };
            Unsettled.Add(delivery);
            Channel.Writer.TryWrite(delivery);
        }

        public void Settle(EmbeddedDelivery delivery, Action<DispatchItem>? then) => Queue.Settle(this, delivery, then);
        public void Bury(DispatchItem item, string reason) => Queue.BuryItem(item, reason);
        public void Return(DispatchItem item) => Queue._returned.Push(item);
    }

    private void BuryItem(DispatchItem item, string reason) => bury(item, reason);

    private sealed class EmbeddedDelivery(Consumer consumer, DispatchItem item) : RunDelivery
    {
        public DispatchItem Item { get; } = item;

        public override Task AckAsync()
        {
            consumer.Settle(this, null);
            return Task.CompletedTask;
        }

        public override Task DeadLetterAsync(string reason)
        {
            consumer.Settle(this, dead => consumer.Bury(dead, reason));
            return Task.CompletedTask;
        }

        public override Task RequeueAsync()
        {
            consumer.Settle(this, consumer.Return);
            return Task.CompletedTask;
        }
    }
}
