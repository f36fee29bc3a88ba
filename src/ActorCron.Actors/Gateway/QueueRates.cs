namespace ActorCron.Actors.Gateway;

/// <summary>Rates from counters that are looked at now and then: a minute's average, or since the first look. Safe to use from several
/// threads.</summary>
internal sealed class QueueRates(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<Look>> _looks = [];

    /// <summary>Published and finished a second.</summary>
    public (double Published, double Finished) Of(string queue, long published, long finished)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_looks.TryGetValue(queue, out var looks)) _looks[queue] = looks = new Queue<Look>();
            looks.Enqueue(new Look(now, published, finished));
            while (looks.Count > 2 && now - looks.Peek().At > Span) looks.Dequeue();
            var first = looks.Peek();
            var seconds = (now - first.At).TotalSeconds;
            return seconds < 0.1
                ? (0, 0)
                : (Math.Max(0, published - first.Published) / seconds, Math.Max(0, finished - first.Finished) / seconds);
        }
    }

    private sealed record Look(DateTimeOffset At, long Published, long Finished);
}
