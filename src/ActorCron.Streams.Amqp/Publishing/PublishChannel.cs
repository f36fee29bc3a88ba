using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// A channel in confirm mode. Counts what it publishes as the broker does, and collects the broker's answers; calls
/// <paramref name="wake"/> from any thread whenever there is something new. The client's own tracking of confirms costs a task and
/// more for every message; this does not use it. The broker counts each channel's messages from 1; the numbers here go on from
/// <paramref name="before"/>, those of the channels before it.
/// </summary>
internal sealed class PublishChannel(AmqpConnectionProvider provider, AmqpPublishSettings settings, ulong before, Action wake)
{
    /// <summary>The header by which the client's own tracking, too, tells which message was returned.</summary>
    public const string ReturnMark = "x-dotnet-pub-seq-no";

    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly CancellationTokenSource _lost = new();
    private IChannel? _channel;
    private volatile AmqpException? _failure;

    /// <summary>The broker's word on message <paramref name="Number"/>, with <paramref name="Multiple"/> also on all before.</summary>
    public readonly record struct Answer(ulong Number, bool Multiple, PublishOutcome Outcome);

    /// <summary>Why no more answers come. To be read before the answers: all that came in time are collected by then.</summary>
    public AmqpException? Failure => _failure;

    /// <summary>Whether the channel still stands, so that an exception is the message's fault.</summary>
    public bool IsOpen => _channel is { IsOpen: true } && _failure is null;

    public bool IsBlocked => provider.State(AmqpRole.Publish).IsBlocked;

    public IChannel? Channel => _channel;

    public async Task StartAsync(CancellationToken token)
    {
        var channel = await provider.OpenChannelAsync(AmqpRole.Publish, new CreateChannelOptions(true, false), token);
        _channel = channel;
        channel.ChannelShutdownAsync += OnChannelShutdownAsync;
        channel.BasicAcksAsync += (_, ack) => Collect(new Answer(before + ack.DeliveryTag, ack.Multiple, PublishOutcome.Confirmed.Instance));
        channel.BasicNacksAsync += (_, nack) => Collect(new Answer(before + nack.DeliveryTag, nack.Multiple, PublishOutcome.Nacked.Instance));
        channel.BasicReturnAsync += (_, message) =>
            // The broker returns a message before it confirms it, so the first answer is the telling one.
            message.BasicProperties.Headers?[ReturnMark] is long number
                ? Collect(new Answer(before + (ulong)number, false, new PublishOutcome.Returned(message.ReplyCode, message.ReplyText)))
                : Task.CompletedTask;
        await channel.DeclareAsync(settings.Declarations, token);
    }

    /// <summary>Publishes message <paramref name="number"/>; the first is the one after those before. One at a time: completes when the next may come.</summary>
    public ValueTask PublishAsync(ulong number, OutgoingMessage message)
    {
        var mandatory = message.Mandatory ?? settings.Mandatory;
        var properties = message.ToProperties(mandatory ? (long)(number - before) : null);
        using var trace = AmqpTracing.Restore(message);
        return _channel!.BasicPublishAsync(message.Exchange ?? settings.Exchange, message.RoutingKey ?? settings.RoutingKey,
            mandatory, properties, message.Body, _lost.Token);
    }

    public bool TryTake(out Answer answer) => _answers.TryDequeue(out answer);

    /// <summary>Closes the channel; what was published before reaches the broker. Never throws.</summary>
    public async Task CloseAsync()
    {
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

    private Task Collect(Answer answer)
    {
        _answers.Enqueue(answer);
        wake();
        return Task.CompletedTask;
    }

    private Task OnChannelShutdownAsync(object sender, ShutdownEventArgs end)
    {
        _failure = ChannelFailure.From(end);
        // A publish waiting for room in a dead connection's buffer would wait for ever, and the client's own shutdown, which comes
        // next, with it (7.2.2).
        _lost.Cancel();
        wake();
        return Task.CompletedTask;
    }
}
