using System.Runtime.InteropServices;

namespace ActorCron.Node.Running;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask for a clean stop; another one, a second later or more, ends the process at once.</summary>
public sealed class StopSignals : IDisposable
{
    // A signal to a process group reaches the node twice where its wrapper passes it on too: that is one request.
    private static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _asked = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly Lock _lock = new();
    private long? _first;

    public StopSignals() => _registrations =
    [
        .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal)),
    ];

    /// <summary>Set when a stop was asked for.</summary>
    public CancellationToken Asked => _asked.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _asked.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _first is null;
            _first ??= TimeProvider.System.GetTimestamp();
            context.Cancel = TimeProvider.System.GetElapsedTime(_first.Value) < SameRequest;
        }
        if (isFirst) _asked.Cancel();
    }
}
