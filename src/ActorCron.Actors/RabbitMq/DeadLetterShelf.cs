using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Looks after the queue of dead letters. Looking holds the messages for a moment, so it is done by one at a time.</summary>
internal sealed class DeadLetterShelf(AmqpConnectionProvider provider, RabbitTopology topology, TimeProvider time)
{
    private const int MostSeen = 1000;
    private const long MostBytesSeen = 32 * 1024 * 1024;
    private const int MostMoved = 10_000;
    private const int AskedAtOnce = 16;
    private const int StepsBack = 50;
    private static readonly TimeSpan StepBack = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan CountAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountAnywayAfter = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private Counts _counts = new(0, 0, []);

    private sealed record Counts(long Total, long At, Dictionary<string, long> ByOrigin);

    /// <summary>The oldest, at most 1,000 and 32 MiB.</summary>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken token) => AloneAsync<IReadOnlyList<DeadLetter>>(async () =>
        limit < 1 ? [] : [.. (await PeekAsync(Math.Min(limit, MostSeen), token)).Select((dead, i) => DeadLetters.Show(dead, i + 1, topology))], token);

    /// <summary>How many of the oldest 1,000 came from a queue; a moment old.</summary>
    public Task<long> CountAsync(string queue, CancellationToken token) => AloneAsync(async () =>
    {
        var total = await TotalAsync(token);
        if (total == 0) return 0;
        // Whoever asks for depths asks often; the letters themselves are looked at when their number has changed.
        var age = time.GetElapsedTime(_counts.At);
        if (age >= CountAnywayAfter || (total != _counts.Total && age >= CountAgainAfter))
        {
            var byOrigin = (await PeekAsync(MostSeen, token)).CountBy(dead => DeadLetters.OriginOf(dead) ?? "").ToDictionary(pair => pair.Key, pair => (long)pair.Value);
            _counts = new Counts(total, time.GetTimestamp(), byOrigin);
        }
        return _counts.ByOrigin.GetValueOrDefault(topology.NameOf(queue));
    }, token);

    /// <summary>Sends those with this message id, or all, back to where they came from; gives their number. One whose origin nobody knows
    /// stays. One whose run <paramref name="retry"/> tries again is done with: that run gets a message of its own.</summary>
    public Task<int> RequeueAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken token) => AloneAsync(async () =>
    {
        var (moved, declared) = (0, new HashSet<string>());
        var retried = await AskAsync(messageId, retry, token);
        // No more than there are now: one that comes straight back waits for the next time.
        for (var left = (int)Math.Min(await TotalAsync(token), MostMoved); left > 0;)
        {
            var (sent, last) = (0, (OutgoingMessage?)null);
            try
            {
                return moved + await provider.MoveAsync(RabbitTopology.Dead, left, dead =>
                {
                    if (messageId is not null && dead.Properties.MessageId != messageId) return null;
                    var id = dead.Properties.MessageId;
                    // What came after it was asked about waits for the next time.
                    if (!string.IsNullOrEmpty(id) && !retried.ContainsKey(id)) return null;
                    if ((!string.IsNullOrEmpty(id) && retried[id] ? DeadLetters.Discard(dead) : DeadLetters.Revive(dead, topology)) is not { } revived) return null;
                    sent++;
                    return last = revived;
                }, token);
            }
            catch (AmqpPublishException cause) when (cause.Outcome is PublishOutcome.Returned && declared.Add(last!.RoutingKey!))
            {
                // Its queue was deleted. All but this one have gone.
                (moved, left) = (moved + sent - 1, left - sent + 1);
                await provider.DeclareAsync(last!.Exchange == RabbitTopology.Results ? topology.ResultsAndDeadLetters : topology.Queue(last.RoutingKey!), token);
            }
        }
        return moved;
    }, token);

    // Whether the run of a message id is tried again instead.
    private async Task<IReadOnlyDictionary<string, bool>> AskAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken token)
    {
        var answers = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var left = (int)Math.Min(await TotalAsync(token), MostMoved);
        if (left == 0) return answers;
        var ids = messageId is not null ? [messageId] : (await PeekAsync(left, token)).Select(dead => dead.Properties.MessageId).Where(id => !string.IsNullOrEmpty(id)).OfType<string>().Distinct();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = token }, async (id, _) => answers[id] = await retry(id));
        return answers;
    }

    /// <summary>How many there are.</summary>
    public async Task<long> TotalAsync(CancellationToken token) => (await provider.QueueDepthAsync(RabbitTopology.Dead, token))?.Messages ?? 0;

    private async Task<IReadOnlyList<IncomingMessage>> PeekAsync(int limit, CancellationToken token)
    {
        try
        {
            var seen = await provider.PeekAsync(RabbitTopology.Dead, limit, MostBytesSeen, token);
            // A quorum queue takes them back after the answer; whoever looks next should find them.
            for (var i = 0; i < StepsBack && await TotalAsync(token) < seen.Count; i++) await Task.Delay(StepBack, time, token);
            return seen;
        }
        catch (AmqpTopologyException cause) when (cause.ReplyCode == 404)
        {
            return [];
        }
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> look, CancellationToken token)
    {
        await _one.WaitAsync(token);
        try
        {
            return await look();
        }
        finally
        {
            _one.Release();
        }
    }
}
