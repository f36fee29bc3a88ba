using System.Collections.Concurrent;

namespace ActorCron.Actors.Brokers;

/// <summary>Asks the broker for the depths of queues, several at a time; whoever asks within <see cref="Fresh"/> of another shares its answer. Safe to use
/// from several threads.</summary>
/// <param name="broker">Whom.</param>
/// <param name="time">The clock.</param>
internal sealed class QueueDepths(IRunBroker broker, TimeProvider time)
{
    /// <summary>So long an answer counts as new.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>Questions at most that are open at a time.</summary>
    public const int AtOnce = 8;

    private readonly ConcurrentDictionary<string, Answer> _answers = new();
    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>The depths, in the order of the names; null where there is no such queue.</summary>
    /// <exception cref="Exception">What the broker threw.</exception>
    public Task<QueueDepth?[]> GetAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        ForgetOld();
        return Task.WhenAll(queues.Select(queue => _answers.GetOrAdd(queue, _ => new Answer(time.GetTimestamp(), this, queue)).Depth)).WaitAsync(cancellationToken);
    }

    // What was asked is not asked for one caller: another one's end must not end it.
    private async Task<QueueDepth?> AskAsync(string queue)
    {
        await _places.WaitAsync();
        try
        {
            return await broker.GetDepthAsync(queue, CancellationToken.None);
        }
        finally
        {
            _places.Release();
        }
    }

    // Failures are not kept: the next one asks again.
    private void ForgetOld()
    {
        foreach (var answer in _answers)
            if (time.GetElapsedTime(answer.Value.At) >= Fresh || answer.Value.HasFailed) _answers.TryRemove(answer);
    }

    private sealed class Answer(long at, QueueDepths depths, string queue)
    {
        private readonly Lazy<Task<QueueDepth?>> _depth = new(() => depths.AskAsync(queue));

        public long At => at;
        public Task<QueueDepth?> Depth => _depth.Value;
        public bool HasFailed => _depth is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } };
    }
}
