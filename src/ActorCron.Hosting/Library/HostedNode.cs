using ActorCron.Actors.Gateway;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCron.Hosting.Library;

/// <summary>The application's node, alive as long as its host. A node that ends by itself, having executed <c>worker.max-runs</c> or lost its
/// cluster, stops the application: it would go on without its jobs.</summary>
internal sealed class HostedNode(NodeConfiguration configuration, BuiltInJobs jobs, TimeProvider time, IHostApplicationLifetime application, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    // Beyond this the application starts all the same: a broker that is away must not keep it down.
    private static readonly TimeSpan ReadyWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    private readonly ILogger _logger = loggers.CreateLogger("ActorCron");
    private DataFolder? _data;
    private ActorCronNode? _node;
    private bool _stopping;

    /// <exception cref="InvalidOperationException">The host has not started yet, or has stopped.</exception>
    public ICronGateway Gateway => _node is { } node && !_stopping ? node.Gateway : throw new InvalidOperationException("The ActorCron node is not running: start the host first.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var notice in configuration.Notices) _logger.LogWarning("{Notice}", notice);
        TakeDataFolder();
        _node = await ActorCronNode.StartAsync(configuration, jobs.Registry.Find, time, loggers, cancellationToken);
        await UntilReadyAsync(_node.Gateway, cancellationToken);
        _ = StopApplicationAfterAsync(_node);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_node is null) return;
        _stopping = true;
        await _node.StopAsync().WaitAsync(cancellationToken);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        // The container disposes of a service once for each registration that gave it out.
        if (Interlocked.Exchange(ref _node, null) is { } node) await node.DisposeAsync();
        _data?.Dispose();
    }

    private void TakeDataFolder()
    {
        if (configuration.Settings.Store.Kind != StoreKind.Sqlite) return;
        _data = DataFolder.TryTake(configuration.Settings.DataDir, out var problem) ?? throw new NodeStartException(problem!);
    }

    private async Task UntilReadyAsync(ICronGateway gateway, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var readiness = await gateway.GetReadinessAsync(cancellationToken);
            if (readiness.IsReady) break;
            if (time.GetElapsedTime(started) > ReadyWait)
            {
                _logger.LogWarning("ActorCron is not ready yet: {Parts}", string.Join(", ", readiness.Parts.Select(part => $"{part.Key} {part.Value}")));
                return;
            }
            await Task.Delay(AskAgain, time, cancellationToken);
        }
        _logger.LogInformation("ActorCron node ready: cluster {Cluster}, roles {Roles}", _node!.Address, string.Join(", ", configuration.Settings.Roles));
    }

    private async Task StopApplicationAfterAsync(ActorCronNode node)
    {
        var first = await Task.WhenAny(node.MaxRunsReached, node.WhenTerminated);
        if (_stopping) return;
        if (first == node.MaxRunsReached) _logger.LogInformation("Stopping the application: worker.max-runs reached");
        else if (node.WasDowned) _logger.LogCritical("Stopping the application: the others have taken its node out of the cluster");
        else _logger.LogWarning("Stopping the application: its node left the cluster");
        application.StopApplication();
    }
}
