namespace ActorCron.Streams.Amqp;

/// <summary>Publishes one message after the other, each with its outcome, on one channel. After an outcome that is neither
/// confirmed nor invalid it is to be disposed.</summary>
internal sealed class SinglePublisher : IAsyncDisposable
{
    private readonly PublishChannel _channel;
    private readonly SemaphoreSlim _answered = new(0);
    private ulong _number;

    private SinglePublisher(AmqpConnectionProvider provider) =>
        _channel = new PublishChannel(provider, new AmqpPublishSettings(), 0, () => _answered.Release());

    public static async Task<SinglePublisher> StartAsync(AmqpConnectionProvider provider, CancellationToken token)
    {
        var publisher = new SinglePublisher(provider);
        await publisher._channel.StartAsync(token);
        return publisher;
    }

    public async Task<PublishOutcome> PublishAsync(OutgoingMessage message, CancellationToken limit, CancellationToken token)
    {
        try
        {
            await _channel.PublishAsync(_number + 1, message);
            _number++;
        }
        catch (Exception e)
        {
            return _channel.IsOpen ? new PublishOutcome.Invalid(e.Message) : new PublishOutcome.Lost(_channel.Failure?.Message ?? e.Message);
        }

        while (true)
        {
            try
            {
                await _answered.WaitAsync(limit);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                return PublishOutcome.TimedOut.Instance;
            }
            var lost = _channel.Failure;
            while (_channel.TryTake(out var answer))
            {
                // The confirm that follows the return of an earlier message is no news.
                if (answer.Number == _number) return answer.Outcome;
            }
            if (lost is not null) return new PublishOutcome.Lost(lost.Message);
        }
    }

    public async ValueTask DisposeAsync() => await _channel.CloseAsync();
}
