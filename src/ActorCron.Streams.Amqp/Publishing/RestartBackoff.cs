using System.Security.Cryptography;
using Akka.Streams;

namespace ActorCron.Streams.Amqp;

/// <summary>How long to pause before the next start: as <see cref="RestartSettings"/> say, whose pauses double and begin anew after a start that
/// has held for <see cref="RestartSettings.MaxRestartsWithin"/>. Not thread-safe.</summary>
internal sealed class RestartBackoff(RestartSettings settings, TimeProvider time)
{
    private const int MostDoublings = 30;

    private long? _since;
    private int _restarts;

    /// <summary>A start has succeeded.</summary>
    public void Started() => _since = time.GetTimestamp();

    /// <summary>The pause after a failure; null when there were too many.</summary>
    public TimeSpan? Next()
    {
        if (_since is { } since && time.GetElapsedTime(since) > settings.MaxRestartsWithin) _restarts = 0;
        _since = null;
        if (_restarts >= settings.MaxRestarts) return null;

        var doubled = settings.MinBackoff * Math.Pow(2, Math.Min(_restarts++, MostDoublings));
        // Spread, so that not all clients connect to a recovering broker at once.
        var spread = 1 + settings.RandomFactor * RandomNumberGenerator.GetInt32(1000) / 1000;
        return (doubled < settings.MaxBackoff ? doubled : settings.MaxBackoff) * spread;
    }
}
