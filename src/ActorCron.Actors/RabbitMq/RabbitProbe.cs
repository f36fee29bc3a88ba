using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Sends a message through the broker, by the exchange of jobs to a queue of its own, and takes it out again. So it meets whatever keeps
/// runs from moving: a right that is missing, an exchange or a queue that exists otherwise, an alarm. Safe to use from several threads.</summary>
internal sealed class RabbitProbe(AmqpConnectionProvider provider, RabbitTopology topology, TimeProvider time)
{
    /// <summary>How long one probe may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.8);

    // Hundreds of triggers a second are no reason for hundreds of messages.
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QueuesGoodFor = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, bool> _served = new(StringComparer.Ordinal);
    private readonly string _queue = $"{topology.Jobs}.probe.{Guid.NewGuid():N}";
    private long _goodAt;
    private long _queuesGoodAt;

    /// <summary>Notes a queue that this node takes from: it is looked at as well.</summary>
    public void Serves(string queue) => _served[queue] = true;

    /// <summary>Completes when a message got through.</summary>
    /// <exception cref="BrokerBlockedException">The broker refuses something, or takes no messages.</exception>
    /// <exception cref="AmqpException">It cannot be reached.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Timeout);
        try
        {
            await LookAsync(bound.Token).WaitAsync(bound.Token);
        }
        catch (AmqpTopologyException refusal)
        {
            throw new BrokerBlockedException(refusal.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ThrowIfAlarmed();
            throw new TimeoutException($"RabbitMQ at {provider.Settings} does not answer within {Timeout.TotalSeconds:0.#} s.");
        }
    }

    // A message got through a moment ago: that the broker still answers is enough.
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (IsGood() && await provider.QueueDepthAsync(_queue, cancellationToken) is not null) return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsGood()) await SendAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await DeclareAsync(cancellationToken);
        ThrowIfAlarmed();
        var message = new OutgoingMessage("probe"u8.ToArray()) { Exchange = Exchange, RoutingKey = _queue, Mandatory = true, Persistent = false };
        switch (await provider.PublishAsync(message, cancellationToken))
        {
            case PublishOutcome.Confirmed: break;
            case PublishOutcome.TimedOut: throw new OperationCanceledException(cancellationToken);
            case PublishOutcome.Lost lost: throw new BrokerBlockedException($"The broker refused a message to the exchange '{Exchange}': {lost.Reason}");
            case PublishOutcome.Returned returned: throw new BrokerBlockedException($"The exchange '{Exchange}' brings messages nowhere: {returned.Text}");
            default: throw new BrokerBlockedException("The broker refuses messages: a queue is full or goes down");
        }
        if (await provider.PurgeQueueAsync(_queue, cancellationToken) == 0)
            throw new BrokerBlockedException($"A message that the exchange '{Exchange}' took has not come to its queue");
        Volatile.Write(ref _goodAt, time.GetTimestamp());
    }

    private async Task DeclareAsync(CancellationToken cancellationToken)
    {
        await provider.DeclareAsync(
        [
            .. topology.JobsExchange,
            new QueueDeclaration(_queue) { Type = AmqpQueueType.Classic, Durable = false, Exclusive = true },
            .. topology.RoutesByKey ? [new BindingDeclaration(_queue, topology.Jobs, _queue)] : Array.Empty<AmqpDeclaration>(),
        ], cancellationToken);
        if (IsGood(ref _queuesGoodAt, QueuesGoodFor)) return;
        await provider.DeclareAsync(topology.ResultsAndDeadLetters, cancellationToken);
        foreach (var queue in _served.Keys) await provider.DeclareAsync(topology.Queue(queue), cancellationToken);
        Volatile.Write(ref _queuesGoodAt, time.GetTimestamp());
    }

    private void ThrowIfAlarmed()
    {
        if ((provider.State(AmqpRole.Publish).BlockedReason ?? provider.State(AmqpRole.Consume).BlockedReason) is { } reason)
            throw new BrokerBlockedException($"RabbitMQ takes no messages for now ({reason}); it goes on by itself when that is over");
    }

    // By an exchange that does not look at the key alone the message would come to queues of jobs.
    private string Exchange => topology.RoutesByKey ? topology.Jobs : "";

    private bool IsGood() => IsGood(ref _goodAt, GoodFor) && IsWhole(AmqpRole.Publish) && IsWhole(AmqpRole.Consume);

    private bool IsWhole(AmqpRole role) => provider.State(role) is { IsOpen: true, IsBlocked: false };

    private bool IsGood(ref long at, TimeSpan span) => Volatile.Read(ref at) is var good and not 0 && time.GetElapsedTime(good) < span;
}
