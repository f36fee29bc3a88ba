using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// One consumer on a channel of its own. Knows no stream: it collects deliveries and notes what happened, and calls
/// <paramref name="wake"/> from any thread whenever there is something new to look at.
/// </summary>
internal sealed class ConsumerSession(AmqpConnectionProvider provider, AmqpSourceSettings settings, Action wake) : IAsyncBasicConsumer
{
    private readonly ConcurrentQueue<CommittableMessage> _delivered = new();
    private AckLedger? _ledger;
    private IChannel? _channel;
    private string _consumerTag = "";
    private volatile AmqpException? _failure;
    private volatile bool _consumerEnded;

    /// <summary>Why no more can come: the channel is lost.</summary>
    public AmqpException? Failure => _failure;

    /// <summary>Whether the consumer is cancelled and everything delivered before has been collected.</summary>
    public bool ConsumerEnded => _consumerEnded;

    /// <summary>Whether it was the broker that ended the consumer.</summary>
    public bool CancelledByBroker { get; private set; }

    public bool HasDelivered => !_delivered.IsEmpty;

    public bool IsSettled => _ledger?.IsSettled ?? true;

    public int Outstanding => _ledger?.Outstanding ?? 0;

    public IChannel? Channel => _channel;

    /// <summary>Opens the channel, declares, consumes; gives the queue's name.</summary>
    public async Task<string> StartAsync(CancellationToken token)
    {
        var channel = await provider.OpenChannelAsync(AmqpRole.Consume, new CreateChannelOptions(false, false, null, 1), token);
        _channel = channel;
        _ledger = new AckLedger(channel, settings.Prefetch, wake);
        channel.ChannelShutdownAsync += OnChannelShutdownAsync;

        var queue = settings.Queue;
        await Topology.Guard("temporary queue", async () =>
        {
            // Classic whatever the virtual host prefers: only classic queues can be exclusive.
            var classic = new Dictionary<string, object?> { ["x-queue-type"] = "classic" };
            if (settings.IsTemporary)
                queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, classic, cancellationToken: token)).QueueName;
        });
        await channel.DeclareAsync(settings.Declarations, token);
        await Topology.Guard($"consumer of queue '{queue}'", async () =>
        {
            await channel.BasicQosAsync(0, settings.Prefetch, global: false, token);
            _consumerTag = await channel.BasicConsumeAsync(queue, autoAck: false, settings.ConsumerTag, noLocal: false, settings.Exclusive,
                settings.Arguments.Count == 0 ? null : new Dictionary<string, object?>(settings.Arguments), this, token);
        });
        return queue;
    }

    public bool TryTake([NotNullWhen(true)] out CommittableMessage? message) => _delivered.TryDequeue(out message);

    /// <summary>Ends the consumer and nothing else: what was delivered stays valid. <see cref="ConsumerEnded"/> tells when it is done.</summary>
    public async Task CancelAsync()
    {
        if (_channel is not { } channel || _consumerEnded) return;
        try
        {
            await channel.BasicCancelAsync(_consumerTag);
        }
        catch (Exception e)
        {
            Fail(ChannelFailure.From(e) ?? new AmqpChannelClosedException(0, $"The consumer could not be cancelled: {e.Message}", byBroker: false));
        }
    }

    /// <summary>Closes the channel; the broker takes back what is not settled. Never throws.</summary>
    public async Task CloseAsync()
    {
        _ledger?.Close();
        if (_channel is not { } channel) return;
        try
        {
            await channel.AbortAsync().WaitAsync(provider.Settings.OperationTimeout);
            await channel.DisposeAsync().AsTask().WaitAsync(provider.Settings.OperationTimeout);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is given up anyway, and a broken one may throw whatever it likes.
        }
    }

    public Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        try
        {
            var message = new CommittableMessage(_ledger!, deliveryTag, exchange, routingKey, redelivered, properties, body);
            _ledger!.Delivered(deliveryTag);
            _delivered.Enqueue(message);
            wake();
        }
        catch (Exception e)
        {
            // The client would swallow it, and the message would stay out for ever.
            Fail(new AmqpChannelClosedException(0, $"Delivery {deliveryTag} could not be taken: {e.Message}", byBroker: false));
        }
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        CancelledByBroker = true;
        return EndConsumer();
    }

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken = default) => EndConsumer();

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => Task.CompletedTask;

    private Task EndConsumer()
    {
        _consumerEnded = true;
        wake();
        return Task.CompletedTask;
    }

    private Task OnChannelShutdownAsync(object sender, ShutdownEventArgs end)
    {
        Fail(ChannelFailure.From(end));
        return Task.CompletedTask;
    }

    private void Fail(AmqpException failure)
    {
        _ledger?.Close();
        _failure ??= failure;
        wake();
    }
}
