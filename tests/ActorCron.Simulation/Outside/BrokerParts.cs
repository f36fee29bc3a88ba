using ActorCron.Core.Messages;

namespace ActorCron.Simulation.Outside;

/// <summary>A queue and those who take from it.</summary>
public sealed class BrokerQueue(string name)
{
    private int _turn;

    public string Name { get; } = name;
    public LinkedList<DispatchItem> Ready { get; } = [];
    public List<DeliveryStream> Streams { get; } = [];

    /// <summary>The streams in turn.</summary>
    public DeliveryStream NextStream() => Streams[_turn++ % Streams.Count];
}

/// <summary>A dispatcher's stream of publishes.</summary>
public sealed class PublishStream(SimProcess process, Action<DispatchItem, string?> outcome, Action<string> ended)
{
    public SimProcess Process { get; } = process;
    public Action<DispatchItem, string?> Outcome { get; } = outcome;
    public Action<string> Ended { get; } = ended;
    public bool IsOpen { get; set; } = true;
}

/// <summary>A consumer's stream of deliveries, with a credit that is fixed when it is opened.</summary>
public sealed class DeliveryStream(SimProcess process, BrokerQueue queue, int credit, Action<BrokerDelivery> delivered, Action drained, Action<string?> ended)
{
    public SimProcess Process { get; } = process;
    public BrokerQueue Queue { get; } = queue;
    public int Credit { get; } = credit;
    public Action<BrokerDelivery> Delivered { get; } = delivered;
    public Action Drained { get; } = drained;
    public Action<string?> Ended { get; } = ended;
    public List<BrokerDelivery> Unsettled { get; } = [];
    public bool IsOpen { get; set; } = true;
    public bool IsDraining { get; set; }
    public bool EndedWell { get; set; }
    public long LastAt { get; set; }
}

/// <summary>A message on its way to a worker.</summary>
public sealed class BrokerDelivery(DeliveryStream stream, DispatchItem item)
{
    public DeliveryStream Stream { get; } = stream;
    public DispatchItem Item { get; } = item;
}
