using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Single questions and commands to the broker, each on a channel of its own and within
/// <see cref="AmqpConnectionSettings.OperationTimeout"/>. They throw <see cref="AmqpConnectionException"/> when the broker cannot be
/// reached, <see cref="AmqpChannelClosedException"/> when it does not answer, <see cref="AmqpTopologyException"/> when it refuses.
/// </summary>
public static class AmqpQueueOperations
{
    /// <summary>Makes the declarations, in their order.</summary>
    public static Task DeclareAsync(this AmqpConnectionProvider provider, IReadOnlyList<AmqpDeclaration> declarations, CancellationToken token = default) =>
        provider.AskAsync(async (channel, limit) =>
        {
            await channel.DeclareAsync(declarations, limit);
            return true;
        }, token);

    /// <summary>The depth of a queue; null if there is no such queue.</summary>
    public static async Task<AmqpQueueDepth?> QueueDepthAsync(this AmqpConnectionProvider provider, string queue, CancellationToken token = default)
    {
        try
        {
            return await provider.AskAsync(async (channel, limit) =>
            {
                var found = await Topology.Guard($"queue '{queue}'", () => channel.QueueDeclarePassiveAsync(queue, limit));
                return new AmqpQueueDepth(found.MessageCount, found.ConsumerCount);
            }, token);
        }
        catch (AmqpTopologyException e) when (e.ReplyCode == 404)
        {
            return null;
        }
    }

    /// <summary>Throws away all ready messages of a queue; gives their number.</summary>
    public static Task<long> PurgeQueueAsync(this AmqpConnectionProvider provider, string queue, CancellationToken token = default) =>
        provider.AskAsync(async (channel, limit) =>
            (long)await Topology.Guard($"queue '{queue}'", () => channel.QueuePurgeAsync(queue, limit)), token);

    /// <summary>Deletes a queue; gives the number of its messages, 0 if there was no such queue.</summary>
    /// <param name="provider">The connections.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="onlyIfUnused">Refuse (406) while it has consumers.</param>
    /// <param name="onlyIfEmpty">Refuse (406) while it has messages.</param>
    /// <param name="token">Ends the wait.</param>
    public static Task<long> DeleteQueueAsync(
        this AmqpConnectionProvider provider, string queue, bool onlyIfUnused = false, bool onlyIfEmpty = false, CancellationToken token = default) =>
        provider.AskAsync(async (channel, limit) => (long)await Topology.Guard($"deletion of queue '{queue}'",
            () => channel.QueueDeleteAsync(queue, onlyIfUnused, onlyIfEmpty, noWait: false, limit)), token);

    /// <summary>
    /// Looks at the oldest messages of a queue and gives them back in their places. The broker counts that as a delivery: they are
    /// <see cref="IncomingMessage.Redelivered"/> afterwards, and in a quorum queue each look counts toward a delivery limit.
    /// </summary>
    /// <param name="provider">The connections.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="count">How many at most, 1 to 10,000.</param>
    /// <param name="maxBytes">No more are taken once their bodies have this size together: they are all held in memory.</param>
    /// <param name="token">Ends the wait.</param>
    public static Task<IReadOnlyList<IncomingMessage>> PeekAsync(
        this AmqpConnectionProvider provider, string queue, int count, long maxBytes = long.MaxValue, CancellationToken token = default)
    {
        InRange(count);
        return provider.AskAsync<IReadOnlyList<IncomingMessage>>(async (channel, limit) =>
        {
            var (seen, bytes) = (new List<IncomingMessage>(), 0L);
            while (seen.Count < count && bytes < maxBytes && await GetAsync(channel, queue, limit) is { } got)
            {
                seen.Add(new IncomingMessage(got.Exchange, got.RoutingKey, got.Redelivered, got.BasicProperties, got.Body));
                bytes += got.Body.Length;
            }
            // The channel closes now, and with it goes everything back.
            return seen;
        }, token);
    }

    /// <summary>
    /// Moves the oldest messages of a queue elsewhere, such as dead letters back to work. Each is taken from the queue only after its copy is
    /// confirmed: if the broker fails in between, a message may be in both places, never in none. Stops at the first message that is not
    /// confirmed, which stays.
    /// </summary>
    /// <param name="provider">The connections.</param>
    /// <param name="queue">The queue to take from.</param>
    /// <param name="count">How many at most, 1 to 10,000.</param>
    /// <param name="forward">What to publish for a message; null leaves it in the queue.</param>
    /// <param name="token">Ends it between two messages.</param>
    /// <returns>The number moved.</returns>
    /// <exception cref="AmqpPublishException">A copy was not confirmed; those before it are moved.</exception>
    public static Task<int> MoveAsync(this AmqpConnectionProvider provider, string queue, int count,
        Func<IncomingMessage, OutgoingMessage?> forward, CancellationToken token = default)
    {
        InRange(count);
        ArgumentNullException.ThrowIfNull(forward);
        // As long as it takes for that many, but each step within the bound.
        return provider.AskAsync(async (source, opening) =>
        {
            await using var publisher = await SinglePublisher.StartAsync(provider, opening);
            var moved = 0;
            for (var taken = 0; taken < count; taken++)
            {
                token.ThrowIfCancellationRequested();
                using var limit = provider.Limit(token);
                if (await GetAsync(source, queue, limit.Token) is not { } got) break;
                var message = new IncomingMessage(got.Exchange, got.RoutingKey, got.Redelivered, got.BasicProperties, got.Body);
                if (forward(message) is not { } outgoing) continue;

                var outcome = await publisher.PublishAsync(outgoing, limit.Token, token);
                if (!outcome.IsConfirmed) throw new AmqpPublishException(outcome);
                await source.BasicAckAsync(got.DeliveryTag, multiple: false, limit.Token);
                moved++;
            }
            return moved;
        }, token);
    }

    /// <summary>Publishes one message, mandatory unless it says otherwise, and waits for its outcome. For many, use <see cref="AmqpFlow"/>.</summary>
    public static async Task<PublishOutcome> PublishAsync(this AmqpConnectionProvider provider, OutgoingMessage message, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var limit = provider.Limit(token);
        try
        {
            await using var publisher = await SinglePublisher.StartAsync(provider, limit.Token);
            return await publisher.PublishAsync(message, limit.Token, token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && ChannelFailure.From(e) is { } failure && !ReferenceEquals(failure, e))
        {
            throw failure;
        }
    }

    private static Task<BasicGetResult?> GetAsync(IChannel channel, string queue, CancellationToken token) =>
        Topology.Guard($"queue '{queue}'", () => channel.BasicGetAsync(queue, autoAck: false, token));

    private static async Task<T> AskAsync<T>(this AmqpConnectionProvider provider, Func<IChannel, CancellationToken, Task<T>> ask, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(provider);
        using var limit = provider.Limit(token);
        try
        {
            await using var channel = await provider.OpenChannelAsync(AmqpRole.Consume, null, limit.Token);
            return await ask(channel, limit.Token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && ChannelFailure.From(e) is { } failure && !ReferenceEquals(failure, e))
        {
            throw failure;
        }
    }

    private static CancellationTokenSource Limit(this AmqpConnectionProvider provider, CancellationToken token)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(provider.Settings.OperationTimeout);
        return limit;
    }

    private static void InRange(int count)
    {
        if (count is < 1 or > 10_000) throw new ArgumentOutOfRangeException(nameof(count), count, "The count must be between 1 and 10000.");
    }
}
