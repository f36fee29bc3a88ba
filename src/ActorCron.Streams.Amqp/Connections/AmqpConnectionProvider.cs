using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Shared connections to one broker: one a role, however many streams use them; each stream opens a channel of its own.
/// A connection is made when first needed and anew when needed after it ended. It never recovers by itself: the stream fails,
/// and whoever restarts the stream (<see cref="AmqpRestart"/>) brings the connection back. Thread-safe. Dispose it after the streams.
/// </summary>
public sealed class AmqpConnectionProvider : IAsyncDisposable
{
    private readonly SharedConnection _consume;
    private readonly SharedConnection _publish;

    /// <summary>Prepares for a broker; connects to nothing yet.</summary>
    /// <exception cref="ArgumentException">A setting is out of bounds.</exception>
    public AmqpConnectionProvider(AmqpConnectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Settings = settings;
        _consume = new SharedConnection(AmqpRole.Consume, settings, Report);
        _publish = new SharedConnection(AmqpRole.Publish, settings, Report);
    }

    /// <summary>Raised on any thread when a connection opens, ends, is blocked or unblocked. Handlers must be quick and not throw.</summary>
    public event Action<AmqpConnectionState>? StateChanged;

    /// <summary>How the broker is reached.</summary>
    public AmqpConnectionSettings Settings { get; }

    /// <summary>What is known of a role's connection now; nothing is asked of the broker.</summary>
    public AmqpConnectionState State(AmqpRole role) => Connection(role).State;

    /// <summary>The role's open connection, made if need be. It is shared: open channels on it, never close it.</summary>
    /// <exception cref="AmqpConnectionException">No host answers within <see cref="AmqpConnectionSettings.ConnectTimeout"/>, or the login is refused.</exception>
    /// <exception cref="ObjectDisposedException">The provider was disposed.</exception>
    public Task<IConnection> ConnectAsync(AmqpRole role, CancellationToken token = default) => Connection(role).GetAsync(token);

    /// <summary>Completes when both roles are connected: the readiness of a process that consumes and publishes.</summary>
    /// <exception cref="AmqpConnectionException">The broker cannot be reached.</exception>
    public Task ReadyAsync(CancellationToken token = default) =>
        Task.WhenAll(ConnectAsync(AmqpRole.Consume, token), ConnectAsync(AmqpRole.Publish, token));

    /// <summary>Closes both connections; streams still on them fail.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_consume.DisposeAsync().AsTask(), _publish.DisposeAsync().AsTask());

    internal async Task<IChannel> OpenChannelAsync(AmqpRole role, CreateChannelOptions? options, CancellationToken token)
    {
        var connection = await ConnectAsync(role, token);
        return await connection.CreateChannelAsync(options, token);
    }

    private SharedConnection Connection(AmqpRole role) => role switch
    {
        AmqpRole.Consume => _consume,
        AmqpRole.Publish => _publish,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };

    private void Report(AmqpConnectionState state) => StateChanged?.Invoke(state);
}
