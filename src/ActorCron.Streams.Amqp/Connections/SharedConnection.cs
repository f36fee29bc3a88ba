using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// The one connection of a role. It is made when first asked for and made anew when asked for after it ended: nobody else
/// recovers it. Any number of callers share one attempt; a failed attempt is not remembered.
/// </summary>
internal sealed class SharedConnection(AmqpRole role, AmqpConnectionSettings settings, Action<AmqpConnectionState> changed) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IConnection>? _attempt;
    private IConnection? _open;
    private bool _disposed;

    public AmqpConnectionState State { get; private set; } = new(role, null, null, null);

    public Task<IConnection> GetAsync(CancellationToken token)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(AmqpConnectionProvider));
            if (_open is { IsOpen: true } connection) return Task.FromResult(connection);

            // The attempt belongs to all who wait for it, so one caller's cancellation ends that caller's wait only.
            // Off the caller's scheduler too, which may be an actor's.
            if (_attempt is null or { IsCompleted: true }) _attempt = Task.Run(OpenAsync, CancellationToken.None);
            return _attempt.WaitAsync(token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        IConnection? connection;
        Task? attempt;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            (connection, attempt) = (_open, _attempt);
        }

        if (attempt is not null) await attempt.WaitAsync(settings.ConnectTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connection is not null) await EndAsync(connection);
    }

    private async Task<IConnection> OpenAsync()
    {
        IConnection connection;
        try
        {
            connection = await ConnectAsync();
        }
        catch (Exception e)
        {
            // Without the client's exception: its many inner ones would be logged at every retry and say the same.
            var failure = new AmqpConnectionException($"Cannot connect to RabbitMQ at {settings}: {Reason(e).TrimEnd('.')}.");
            Change(State with { Host = null, BlockedReason = null, LastFailure = failure.Message });
            throw failure;
        }

        IConnection? previous;
        bool disposed;
        lock (_gate)
        {
            previous = _open;
            disposed = _disposed;
            if (!disposed) _open = connection;
        }
        // Nobody waits for that: a broken connection may take its time.
        if (previous is not null) _ = EndAsync(previous);
        if (disposed)
        {
            await EndAsync(connection);
            throw new ObjectDisposedException(nameof(AmqpConnectionProvider));
        }

        Change(State with { Host = new AmqpHost(connection.Endpoint.HostName, connection.Endpoint.Port), BlockedReason = null });
        connection.ConnectionBlockedAsync += (_, blocked) => ChangeWhile(connection, State with { BlockedReason = blocked.Reason });
        connection.ConnectionUnblockedAsync += (_, _) => ChangeWhile(connection, State with { BlockedReason = null });
        // Runs at once if the connection has ended meanwhile.
        connection.ConnectionShutdownAsync += (_, end) => ChangeWhile(connection, new(role, null, null, Reason(end)));
        return connection;
    }

    private async Task<IConnection> ConnectAsync()
    {
        var factory = new ConnectionFactory
        {
            UserName = settings.Credentials.UserName,
            Password = settings.Credentials.Password,
            VirtualHost = settings.VirtualHost,
            RequestedHeartbeat = settings.Heartbeat,
            // One dead node must not eat the time of the others.
            RequestedConnectionTimeout = settings.ConnectTimeout / settings.Hosts.Count,
            HandshakeContinuationTimeout = settings.ConnectTimeout,
            ContinuationTimeout = settings.OperationTimeout,
            // The stream that uses a connection owns its recovery; two owners would resurrect stale delivery tags.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
        };
        if (settings.ChannelMax is { } channels) factory.RequestedChannelMax = channels;
        var endpoints = settings.Hosts.Select(host => new AmqpTcpEndpoint(
            host.Name, host.Port, settings.Tls?.ToOption(host.Name) ?? new SslOption(), settings.MaxBodySize));

        using var limit = new CancellationTokenSource(settings.ConnectTimeout);
        var connecting = factory.CreateConnectionAsync(endpoints, $"{settings.ClientName}:{role}", limit.Token);
        try
        {
            var connection = await connecting.WaitAsync(limit.Token);
            // The client does not wait for the broker's consent to the virtual host: a first question brings it, or the refusal.
            await using var probe = await connection.CreateChannelAsync(cancellationToken: limit.Token);
            return connection;
        }
        catch (Exception e)
        {
            _ = EndWhenMadeAsync(connecting);
            if (e is OperationCanceledException && limit.IsCancellationRequested)
                throw new TimeoutException($"no answer within {settings.ConnectTimeout.TotalSeconds:0.#} s");
            throw;
        }
    }

    private static async Task EndWhenMadeAsync(Task<IConnection> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully) await EndAsync(await connecting);
    }

    private static async Task EndAsync(IConnection connection)
    {
        try
        {
            await connection.AbortAsync();
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It is given up anyway, and a broken one may throw whatever it likes.
        }
    }

    private Task ChangeWhile(IConnection connection, AmqpConnectionState state)
    {
        if (ReferenceEquals(connection, _open)) Change(state);
        return Task.CompletedTask;
    }

    private void Change(AmqpConnectionState state)
    {
        State = state;
        changed(state);
    }

    private static string Reason(ShutdownEventArgs end) =>
        end.Exception is { } cause ? Reason(cause) : $"{end.ReplyText.TrimEnd('.')} ({end.ReplyCode})";

    // The innermost messages are the telling ones: refused, login refused, unknown virtual host, bad certificate.
    private static string Reason(Exception e) => e switch
    {
        AggregateException { InnerExceptions.Count: > 0 } many => string.Join("; ", many.InnerExceptions.Select(Reason).Distinct()),
        { InnerException: { } inner } => Reason(inner),
        _ => e.Message,
    };
}
