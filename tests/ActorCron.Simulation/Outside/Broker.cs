using ActorCron.Core.Messages;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>The message broker: queues, publishes with confirms, deliveries against credit. What a lost channel had not settled is delivered
/// again, to whoever has credit.</summary>
public sealed class Broker(World world, Rates rates)
{
    private readonly Draws _draws = new(world.Scenario.Seed, "broker");
    private readonly Dictionary<string, BrokerQueue> _queues = new(StringComparer.Ordinal);
    private readonly List<BrokerQueue> _inOrder = [];
    private readonly List<PublishStream> _publishers = [];
    private readonly List<DeliveryStream> _streams = [];

    public bool IsAway { get; private set; }

    /// <summary>Messages that were put among the dead letters.</summary>
    public int DeadLetters { get; private set; }

    public BrokerQueue Of(string name)
    {
        if (_queues.TryGetValue(name, out var queue)) return queue;
        _queues[name] = queue = new BrokerQueue(name);
        _inOrder.Add(queue);
        return queue;
    }

    public IReadOnlyList<BrokerQueue> Queues => _inOrder;

    /// <summary>Opens a stream of publishes; it ends at once where the broker is away.</summary>
    public PublishStream OpenPublisher(SimProcess process, Action<DispatchItem, string?> outcome, Action<string> ended)
    {
        var stream = new PublishStream(process, outcome, ended);
        if (IsAway) Fail(stream, "the broker is away");
        else _publishers.Add(stream);
        return stream;
    }

    public void Publish(PublishStream stream, DispatchItem item)
    {
        if (!stream.IsOpen) return;
        var id = (long)item.Attempt;
        world.Loop.After(Delay(), EventKind.Broker, id, () => Arrive(stream, item, id));
    }

    private void Arrive(PublishStream stream, DispatchItem item, long id)
    {
        if (!stream.IsOpen || IsAway) return;
        if (world.FaultsOn && _draws.Chance(Rate(rates.Nack)))
        {
            Note("nack");
            stream.Process.Plan(world.Loop, Delay(), EventKind.Broker, id, () => Tell(stream, item, "refused"));
            return;
        }
        if (item.Spec.Queue == Outsiders.Queue) world.Oracle.Published(stream.Process, item.Spec.Id, item.Attempt);
        if (world.FaultsOn && _draws.Chance(Rate(rates.MessageGone))) Note("confirmed message gone");
        else Put(item);
        if (world.FaultsOn && _draws.Chance(Rate(rates.ConfirmLost)))
        {
            Note("confirm lost after publish");
            Fail(stream, "the channel was closed");
            return;
        }
        stream.Process.Plan(world.Loop, Delay(), EventKind.Broker, id, () => Tell(stream, item, null));
    }

    /// <summary>A program outside takes the next message of a queue, and settles it itself.</summary>
    public DispatchItem? TakeOutside(string queue)
    {
        if (IsAway || Of(queue).Ready.First is not { } first) return null;
        Of(queue).Ready.RemoveFirst();
        return first.Value;
    }

    private static void Tell(PublishStream stream, DispatchItem item, string? failure)
    {
        if (stream.IsOpen) stream.Outcome(item, failure);
    }

    /// <summary>A message is put into its queue, by the dispatcher or by someone outside.</summary>
    public void Put(DispatchItem item)
    {
        var queue = Of(item.Spec.Queue);
        queue.Ready.AddLast(item);
        world.Story?.Add($"the broker has {item.Spec.Id} attempt {item.Attempt} in {queue.Name}");
        HandOut(queue);
    }

    public void ClosePublisher(PublishStream stream)
    {
        stream.IsOpen = false;
        _publishers.Remove(stream);
    }

    public DeliveryStream OpenDeliveries(SimProcess process, string queue, int credit, Action<BrokerDelivery> delivered, Action drained, Action<string?> ended)
    {
        var stream = new DeliveryStream(process, Of(queue), credit, delivered, drained, ended);
        if (IsAway) Fail(stream, "the broker is away");
        else world.Loop.After(Delay(), EventKind.Broker, credit, () =>
        {
            if (!stream.IsOpen) return;
            if (IsAway || !process.IsAlive) Fail(stream, "the broker is away");
            else
            {
                _streams.Add(stream);
                stream.Queue.Streams.Add(stream);
                HandOut(stream.Queue);
            }
        });
        return stream;
    }

    /// <summary>Takes no more; what it holds can still be settled. It ends when all is.</summary>
    public void Drain(DeliveryStream stream) => world.Loop.After(Delay(), EventKind.Broker, 0, () =>
    {
        if (!stream.IsOpen) return;
        stream.IsDraining = true;
        stream.Process.Plan(world.Loop, Delay(stream), EventKind.Broker, 0, () =>
        {
            if (stream.IsOpen || stream.EndedWell) stream.Drained();
        });
        EndIfDone(stream);
    });

    public void Settle(BrokerDelivery delivery, bool requeue, bool bury) => world.Loop.After(Delay(), EventKind.Broker, delivery.Item.Attempt, () =>
    {
        var stream = delivery.Stream;
        if (!stream.IsOpen || IsAway || !stream.Unsettled.Remove(delivery)) return;
        world.Story?.Add($"{stream.Process} settles {delivery.Item.Spec.Id} attempt {delivery.Item.Attempt}{(requeue ? ", back to the queue" : bury ? ", dead letter" : "")}");
        if (requeue) stream.Queue.Ready.AddFirst(delivery.Item);
        if (bury) DeadLetters++;
        EndIfDone(stream);
        HandOut(stream.Queue);
    });

    /// <summary>Whoever opened it is gone: what it holds goes to another.</summary>
    public void Abandon(DeliveryStream stream)
    {
        if (stream.IsOpen) Fail(stream, "its consumer ended");
    }

    public void GoAway()
    {
        IsAway = true;
        foreach (var stream in _publishers.ToArray()) Fail(stream, "the broker is away");
        foreach (var stream in _streams.ToArray()) Fail(stream, "the broker is away");
    }

    public void ComeBack() => IsAway = false;

    /// <summary>The connection of a process is lost, or the process itself.</summary>
    public void LoseChannels(SimProcess process)
    {
        foreach (var stream in _publishers.ToArray())
            if (stream.Process == process) Fail(stream, "the connection was lost");
        foreach (var stream in _streams.ToArray())
            if (stream.Process == process) Fail(stream, "the connection was lost");
    }

    /// <summary>An embedded broker ends with its process, and all that it held.</summary>
    public void Die()
    {
        foreach (var queue in _inOrder) queue.Ready.Clear();
    }

    /// <summary>All that waits in a queue vanishes; every second message, where <paramref name="half"/>.</summary>
    public void Purge(BrokerQueue queue, bool half)
    {
        var keep = false;
        for (var node = queue.Ready.First; node is not null;)
        {
            var next = node.Next;
            if (!half || !(keep = !keep))
            {
                queue.Ready.Remove(node);
                Note("message vanished from its queue");
            }
            node = next;
        }
    }

    private void HandOut(BrokerQueue queue)
    {
        for (var idle = 0; queue.Ready.Count > 0 && idle < queue.Streams.Count;)
        {
            var stream = queue.NextStream();
            if (stream.IsDraining || stream.Unsettled.Count >= stream.Credit)
            {
                idle++;
                continue;
            }
            idle = 0;
            var item = queue.Ready.First!.Value;
            queue.Ready.RemoveFirst();
            var delivery = new BrokerDelivery(stream, item);
            stream.Unsettled.Add(delivery);
            world.Story?.Add($"the broker delivers {item.Spec.Id} attempt {item.Attempt} to {stream.Process}");
            stream.Process.Plan(world.Loop, Delay(stream), EventKind.Broker, item.Attempt, () =>
            {
                if (stream.IsOpen) stream.Delivered(delivery);
            });
        }
    }

    private void EndIfDone(DeliveryStream stream)
    {
        if (!stream.IsDraining || stream.Unsettled.Count > 0) return;
        Close(stream);
        stream.EndedWell = true;
        stream.Process.Plan(world.Loop, Delay(stream), EventKind.Broker, 0, () => stream.Ended(null));
    }

    private void Fail(DeliveryStream stream, string why)
    {
        Close(stream);
        for (var i = stream.Unsettled.Count - 1; i >= 0; i--)
        {
            stream.Queue.Ready.AddFirst(stream.Unsettled[i].Item);
            Note("redelivery");
        }
        stream.Unsettled.Clear();
        stream.Process.Plan(world.Loop, Delay(stream), EventKind.Broker, 0, () => stream.Ended(why));
        if (!IsAway) world.Loop.After(0, EventKind.Broker, 0, () => HandOut(stream.Queue));
    }

    private void Fail(PublishStream stream, string why)
    {
        ClosePublisher(stream);
        stream.Process.Plan(world.Loop, Delay(), EventKind.Broker, 0, () => stream.Ended(why));
    }

    private void Close(DeliveryStream stream)
    {
        stream.IsOpen = false;
        _streams.Remove(stream);
        stream.Queue.Streams.Remove(stream);
    }

    // What is called within one's own process does not go astray.
    private int Rate(int rate) => world.Scenario.Knobs.DurableBroker ? rate : 0;

    private long Delay() => (50 * Span.Microsecond) + _draws.Around(rates.BrokerDelay * Span.Microsecond);

    // What one stream brings keeps its order.
    private long Delay(DeliveryStream stream)
    {
        stream.LastAt = Math.Max(stream.LastAt, world.Loop.Now + Delay());
        return stream.LastAt - world.Loop.Now;
    }

    private void Note(string what)
    {
        world.Reached("broker: " + what);
        world.Faults++;
    }
}
