using System.Net.Sockets;
using ActorCron.Actors.Gateway;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Running;
using ActorCron.Node.Api;
using ActorCron.Node.Importing;
using ActorCron.Node.Logging;
using ActorCron.Node.Metrics;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Running;

/// <summary>One life of a node: HTTP first, so that a taken port ends it before anything ran; then the actors, the crontab, the ready line;
/// at the end the actors first, so that health and operators see the drain to its end.</summary>
internal sealed class NodeRun(NodePlan plan, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellNews = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TellAgain = TimeSpan.FromMinutes(1);
    private const int FolderTries = 6;
    private static readonly TimeSpan FolderPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HttpStop = TimeSpan.FromSeconds(5);

    private readonly NodeLink _link = new();

    private bool HasCrontab => plan.Crontab is not null || plan.SystemCrontabs is not null;

    private NodeSettings Settings => plan.Configuration.Settings;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var (held, taken) = await TakeDataFolderAsync();
        using var data = held;
        if (taken is not null) return await FailAsync(ExitCode.Usage, taken);
        using var log = new NodeLog(output, TimeProvider.System);
        using var metrics = new MetricStore();
        await using var app = HttpHost.Create(new ApiContext(Settings, _link, plan.Admission, log, metrics, TimeProvider.System));
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger("node");
        logger.LogInformation("ActorCron {Version} starting: {Store}, broker {Broker}", PrintVersion.Version, Welcome.Store(Settings), Settings.Broker.Kind.ToString().ToLowerInvariant());
        foreach (var line in plan.BadLines) logger.LogWarning("Crontab line left out: {Problem}", line);
        foreach (var notice in plan.Configuration.Notices) logger.LogWarning("{Notice}", notice);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException e) when (e.GetBaseException() is SocketException or IOException)
        {
            return await FailAsync(ExitCode.Failure, $"HTTP cannot listen on {Settings.Http.Bind}:{Settings.Http.Port}: {Reason(e)}; another port: --set http.port=PORT");
        }
        catch (SocketException e)
        {
            return await FailAsync(ExitCode.Failure, $"HTTP cannot listen on {Settings.Http.Bind}:{Settings.Http.Port}: {e.Message}");
        }
        return await RunNodeAsync(app, loggers, logger, stop);
    }

    private async Task<int> RunNodeAsync(WebApplication app, ILoggerFactory loggers, ILogger logger, CancellationToken stop)
    {
        try
        {
            await using var node = await ActorCronNode.StartAsync(plan.Configuration, plan.Jobs.Registry.Find, TimeProvider.System, loggers, stop);
            _link.IsInStep = !HasCrontab;
            _link.Connect(node.Gateway, node.System);
            var serving = ServeAsync(app, node, logger, stop);
            var exitCode = await UntilOverAsync(node, logger, stop);
            _link.IsStopping = true;
            await node.StopAsync();
            _link.Disconnect();
            await serving;
            logger.LogInformation("ActorCron node stopped");
            return exitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (NodeStartException e)
        {
            logger.LogDebug(e, "Start failed");
            return await FailAsync(ExitCode.Failure, e.Message);
        }
        finally
        {
            using var bound = new CancellationTokenSource(HttpStop);
            await app.StopAsync(bound.Token);
        }
    }

    /// <summary>Brings the crontab in step and says when everything answers.</summary>
    private async Task ServeAsync(WebApplication app, ActorCronNode node, ILogger logger, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = node.WhenTerminated.ContinueWith(_ => over.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await UntilDoneAsync("Not ready yet", logger, async () =>
            {
                var readiness = await node.Gateway.GetReadinessAsync(over.Token);
                if (!readiness.IsReady) throw new UnavailableException(string.Join(", ", readiness.Parts.Select(part => $"{part.Key} {part.Value}")));
            }, over.Token);
            if (HasCrontab) await UntilDoneAsync("The crontab waits", logger, () => SyncAsync(node.Gateway, logger, over.Token), over.Token);
            _link.IsInStep = true;
            var http = HttpHost.Address(app);
            logger.LogInformation("ActorCron node ready: http {Http}, cluster {Cluster}, roles {Roles}", http, node.Address, string.Join(", ", Settings.Roles));
            foreach (var line in Welcome.Lines(Settings, http, plan.Crontab is not null)) logger.LogInformation("{Line}", line);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The node is asked to stop before it was ready.
        }
    }

    private async Task SyncAsync(ICronGateway gateway, ILogger logger, CancellationToken cancellationToken)
    {
        if (plan.Crontab is { } own) await SyncAsync(own, gateway, logger, cancellationToken);
        if (plan.SystemCrontabs is not { } system) return;
        var all = SystemCrontabs.Merge(system, CrontabFile.Options(Settings));
        await SyncAsync(new CrontabSource(string.Join(", ", system.Select(source => source.Path)), all), gateway, logger, cancellationToken);
    }

    private async Task SyncAsync(CrontabSource source, ICronGateway gateway, ILogger logger, CancellationToken cancellationToken)
    {
        var tally = await new CrontabSync(gateway, plan.Admission, dryRun: false).ApplyAsync(source.Crontab, cancellationToken);
        logger.LogInformation("Crontab {Path}: {Created} created, {Updated} updated, {Unchanged} unchanged, {Removed} removed, {Failed} failed",
            source.Path, tally.Created, tally.Updated, tally.Unchanged, tally.Removed, tally.Failed);
    }

    private static async Task UntilDoneAsync(string waiting, ILogger logger, Func<Task> attempt, CancellationToken stop)
    {
        var (told, reason) = (TimeProvider.System.GetTimestamp(), "");
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception e) when (e is UnavailableException or TimeoutException)
            {
                var isNews = e.Message != reason;
                if (TimeProvider.System.GetElapsedTime(told) >= (isNews ? TellNews : TellAgain))
                {
                    (told, reason) = (TimeProvider.System.GetTimestamp(), e.Message);
                    logger.LogWarning("{Waiting}: {Reason}", waiting, e.Message);
                }
                await Task.Delay(AskAgain, stop);
            }
        }
    }

    /// <summary>Waits for a reason to stop; the exit code that follows from it.</summary>
    private static async Task<int> UntilOverAsync(ActorCronNode node, ILogger logger, CancellationToken stop)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(() => asked.TrySetResult());
        var first = await Task.WhenAny(asked.Task, node.MaxRunsReached, node.WhenTerminated);
        if (first == asked.Task) logger.LogInformation("Stopping: asked to");
        else if (first == node.MaxRunsReached) logger.LogInformation("Stopping: worker.max-runs reached");
        else if (!node.WasDowned) logger.LogInformation("Stopping: left the cluster");
        else
        {
            logger.LogError("The others have taken this node out of the cluster; start it again");
            return ExitCode.Failure;
        }
        return ExitCode.Ok;
    }

    // A node that was killed holds its folder until the machine has cleared it away, which takes a moment under load; its successor may be here already.
    private async Task<(DataFolder? Held, string? Problem)> TakeDataFolderAsync()
    {
        if (Settings.Store.Kind != StoreKind.Sqlite) return (null, null);
        for (var tries = 1; ; tries++)
        {
            if (DataFolder.TryTake(Settings.DataDir, out var problem) is { } data) return (data, null);
            if (tries == FolderTries) return (null, problem);
            await Task.Delay(FolderPause);
        }
    }

    private async Task<int> FailAsync(int exitCode, string message)
    {
        await error.WriteLineAsync($"actorcron: {message}");
        return exitCode;
    }

    private static string Reason(Exception e) => e.GetBaseException().Message is var reason && reason.Contains("in use", StringComparison.OrdinalIgnoreCase) ? "the address is in use by another program" : reason;
}
