using System.Collections.Concurrent;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Has each queue declared before its first message is published. Safe to use from several threads.</summary>
internal sealed class DeclaredQueues(AmqpConnectionProvider provider, RabbitTopology topology, TimeProvider time)
{
    // Names come from users: beyond this many they are forgotten and asked for again, which changes nothing at the broker.
    private const int Most = 10_000;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Answer> _answers = new();

    // A refusal is remembered for a while: a backlog for a queue that cannot be must not become a flood of questions.
    private sealed record Answer(string? Refusal, long At);

    /// <summary>Declares it if that is not known to be done; gives why it cannot be, or null.</summary>
    /// <exception cref="AmqpException">The broker is away.</exception>
    public async Task<string?> EnsureAsync(string queue)
    {
        if (_answers.TryGetValue(queue, out var known) && (known.Refusal is null || time.GetElapsedTime(known.At) < AskAgainAfter)) return known.Refusal;

        string? refusal = null;
        try
        {
            await provider.DeclareAsync(topology.Queue(queue));
        }
        catch (Exception cause) when (cause is AmqpTopologyException or ArgumentException)
        {
            refusal = cause.Message;
        }
        if (_answers.Count >= Most) _answers.Clear();
        _answers[queue] = new Answer(refusal, time.GetTimestamp());
        return refusal;
    }

    /// <summary>It is gone: declare it again before its next message.</summary>
    public void Forget(string queue) => _answers.TryRemove(queue, out _);
}
