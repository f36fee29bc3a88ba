using System.Globalization;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Clocks;
using ActorCron.Actors.Gateway;
using ActorCron.Actors.Nodes;
using ActorCron.Actors.Running;
using ActorCron.Actors.Scheduling;
using ActorCron.Actors.Working;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Jobs;
using ActorCron.Core.Limits;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Logging;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Pattern;
using Microsoft.Extensions.Logging;
using ActorCron.Core.Working;

namespace ActorCron.Hosting.Running;

/// <summary>A running node: its actor system with all that its roles ask for, and the gateway to the cluster.</summary>
public sealed class ActorCronNode : IAsyncDisposable
{
    /// <summary>The actor system's name: part of every address, the same on all nodes.</summary>
    public const string SystemName = "ActorCron";

    private const int PartitionSnapshotEvery = 500;
    private static readonly TimeSpan StoreWait = TimeSpan.FromSeconds(60);

    // Akka's own choice, the shortest back-off, forgets every failure that took longer than that to happen.
    private static readonly TimeSpan BackOffReset = TimeSpan.FromSeconds(30);

    private readonly IRunHistory _history;
    private readonly IRunBroker _broker;
    private readonly TaskCompletionSource _maxRunsReached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ActorCronNode(ActorSystem system, IRunHistory history, IRunBroker broker)
    {
        (System, _history, _broker) = (system, history, broker);
        Gateway = null!;
    }

    public ActorSystem System { get; }
    public ICronGateway Gateway { get; private set; }

    /// <summary><c>akka.tcp://ActorCron@host:port</c>.</summary>
    public string Address => Cluster.Get(System).SelfAddress.ToString();

    /// <summary>Completes when <c>worker.max-runs</c> runs have been executed.</summary>
    public Task MaxRunsReached => _maxRunsReached.Task;

    /// <summary>Completes when the actor system has ended, asked to or not (a node that the others have downed ends itself).</summary>
    public Task WhenTerminated => System.WhenTerminated;

    /// <summary>Whether the others took this node out of the cluster, rather than it having been asked to go.</summary>
    public bool WasDowned => CoordinatedShutdown.Get(System).ShutdownReason is CoordinatedShutdown.ClusterDowningReason;

    /// <summary>Starts a node and waits until it is a member of its cluster.</summary>
    /// <param name="configuration">Checked configuration.</param>
    /// <param name="handlers">The handler of a job type, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where the actors' log goes.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="NodeStartException">The store or the address cannot be used.</exception>
    public static async Task<ActorCronNode> StartAsync(NodeConfiguration configuration, Func<string, IJobHandler?> handlers, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var settings = configuration.Settings;
        var history = StoreWiring.History(settings.Store, settings.DataDir);
        await PrepareStore(settings, history, time, cancellationToken);
        var config = AkkaLogBridge.Config.WithFallback(TimeProviderScheduler.ConfigFor(time)).WithFallback(ActorWiring.Config).WithFallback(configuration.Akka).WithFallback(StoreWiring.PluginConfig(settings.Store)).WithFallback(ActorWiring.ModuleDefaults);
        var broker = BrokerWiring.Broker(settings);
        var node = new ActorCronNode(CreateSystem(config, loggers), history, broker);
        try
        {
            await node.Join(settings, cancellationToken);
            node.StartActors(settings, handlers, time);
            return node;
        }
        catch
        {
            await node.System.Terminate();
            throw;
        }
    }

    /// <summary>Stops cleanly: takes no more work, lets running jobs end within the drain timeout, gives back the rest, hands over, leaves.</summary>
    public async Task StopAsync() => await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClrExitReason.Instance);

    public async ValueTask DisposeAsync()
    {
        if (!System.WhenTerminated.IsCompleted) await System.Terminate();
        if (_broker is IAsyncDisposable broker) await broker.DisposeAsync();
        if (_history is IAsyncDisposable history) await history.DisposeAsync();
    }

    private static ActorSystem CreateSystem(Akka.Configuration.Config config, ILoggerFactory loggers)
    {
        try
        {
            return ActorSystem.Create(SystemName, BootstrapSetup.Create().WithConfig(config).And(new AkkaLogSetup(loggers)));
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw new NodeStartException($"The node's cluster address cannot be used: {cause.GetBaseException().Message}", cause);
        }
    }

    // Services that start together come up in any order: a store gets its time before it counts as unusable.
    private static async Task PrepareStore(NodeSettings settings, IRunHistory history, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + (settings.Store.Kind == StoreKind.Sqlite ? TimeSpan.Zero : StoreWait);
        while (true)
        {
            try
            {
                await StoreWiring.PrepareAsync(settings.Store, cancellationToken);
                await history.InitializeAsync(cancellationToken);
                return;
            }
            catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
            {
                if (time.GetUtcNow() >= deadline) throw new NodeStartException($"The store ({settings.Store}) cannot be used: {cause.GetBaseException().Message}", cause);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private async Task Join(NodeSettings settings, CancellationToken cancellationToken)
    {
        var cluster = Cluster.Get(System);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        // With seed nodes Akka joins by itself, and goes on trying until one answers.
        if (settings.Cluster.SeedNodes.IsEmpty) cluster.Join(cluster.SelfAddress);
        var ended = await Task.WhenAny(up.Task, System.WhenTerminated).WaitAsync(cancellationToken);
        if (ended != up.Task) throw new NodeStartException("The node was taken out of the cluster before it had joined.");
    }

    private void StartActors(NodeSettings settings, Func<string, IJobHandler?> handlers, TimeProvider time)
    {
        var historyWriter = System.ActorOf(Props.Create(() => new HistoryWriter(_history, time)), "history");
        var shards = StartShards(settings, historyWriter, time);
        var scheduler = StartScheduler(settings, shards, time);
        if (settings.IsWorker) StartWorker(settings, shards, scheduler, handlers, time);
        System.ActorOf(Props.Create(() => new ResultsConsumer(_broker, shards)), "results");
        if (settings.IsScheduler) System.ActorOf(Props.Create(() => new HistoryPruner(_history, new RetentionRule(settings.Retention.Runs, settings.Retention.RunsPerSchedule), time)), "pruner");
        Gateway = new CronGateway(System, scheduler, shards, _history, _broker, GatewaySettingsOf(settings), time);
    }

    private IActorRef StartShards(NodeSettings settings, IActorRef historyWriter, TimeProvider time)
    {
        var shardSettings = RunShardSettings.Default(_broker.IsDurable) with
        {
            UntakenAfter = settings.Scheduler.RedispatchAfter,
            ExternalQueues = ExternalQueues(settings),
        };
        // An entity that stops because its store is away must neither be started by every message nor stay down.
        Props PropsOf(string entity) => BackoffSupervisor.Props(Backoff.OnStop(
            Props.Create(() => new RunShardActor(int.Parse(entity, CultureInfo.InvariantCulture), shardSettings, _history, historyWriter, time)),
            "shard", TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(5), 0.2, -1).WithAutoReset(BackOffReset));
        return ClusterSharding.Get(System).Start(RunShards.Region, PropsOf, ClusterShardingSettings.Create(System), RunRegion.Extractor);
    }

    private IActorRef StartScheduler(NodeSettings settings, IActorRef shards, TimeProvider time)
    {
        if (settings.IsScheduler)
        {
            var dispatchSettings = DispatchSettingsOf(settings);
            Func<long, Props> dispatcher = epoch => Props.Create(() => new DispatcherActor(epoch, shards, _broker, dispatchSettings, time));
            Func<long, Props> limiter = epoch => Props.Create(() => new LimiterActor(epoch, dispatchSettings.Limits, time));
            var supervised = BackoffSupervisor.Props(Backoff.OnStop(Props.Create(() => new SchedulerActor(PartitionSnapshotEvery, dispatcher, limiter, time)),
                "scheduler", TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(5), 0.2, -1).WithAutoReset(BackOffReset));
            System.ActorOf(ClusterSingletonManager.Props(supervised, PoisonPill.Instance, ClusterSingletonManagerSettings.Create(System).WithRole("scheduler")), "scheduler");
        }
        // Nothing is buffered while there is no scheduler: whoever asked has been answered with 503 by the time that it would be delivered.
        return System.ActorOf(ClusterSingletonProxy.Props("/user/scheduler", ClusterSingletonProxySettings.Create(System).WithRole("scheduler").WithBufferSize(0)), "scheduler-proxy");
    }

    private void StartWorker(NodeSettings settings, IActorRef shards, IActorRef scheduler, Func<string, IJobHandler?> handlers, TimeProvider time)
    {
        var workerSettings = new SlotSettings([.. settings.Worker.Queues.Where(queue => !settings.Queue(queue).External)],
            settings.Worker.Concurrency, settings.Worker.MaxRuns, _broker.IsDurable ? settings.Broker.RabbitMq.Prefetch : 512, LimitsOf(settings).Keys.ToHashSet(), settings.DrainTimeout);
        var work = new RunningWork(handlers, workerSettings.CancelGrace, time);
        var worker = System.ActorOf(Props.Create(() => new WorkerActor(workerSettings, _broker, shards, scheduler, work, () => _maxRunsReached.TrySetResult(), time)), WorkerPath.Name);
        // The drain ends within its phase (see NodeConfigLoader), which is this long and a little more.
        CoordinatedShutdown.Get(System).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-worker",
            () => worker.Ask<Akka.Done>(Drain.Instance, workerSettings.LongestDrain));
    }

    private static DispatchSettings DispatchSettingsOf(NodeSettings settings) => new()
    {
        ConfirmWindow = settings.Scheduler.DispatchParallelism,
        CatchUpRate = settings.Scheduler.CatchUpRate,
        ExternalQueues = ExternalQueues(settings),
        Limits = LimitsOf(settings),
        SuspectFor = settings.Scheduler.RedispatchAfter * 10,
    };

    private static HashSet<string> ExternalQueues(NodeSettings settings) => [.. settings.Queues.Where(queue => queue.Value.External).Select(queue => queue.Key)];

    private static Dictionary<string, QueueLimit> LimitsOf(NodeSettings settings) => settings.Queues
        .Where(queue => queue.Value.MaxConcurrency is not null || queue.Value.Rate is not null)
        .ToDictionary(queue => queue.Key, queue => new QueueLimit(queue.Value.MaxConcurrency, queue.Value.Rate?.Count, queue.Value.Rate?.Per ?? TimeSpan.FromSeconds(1)));

    private static GatewaySettings GatewaySettingsOf(NodeSettings settings) => new(
        settings.Queues.Keys.Concat(settings.Worker.Queues).Distinct().ToDictionary(name => name, name =>
        {
            var queue = settings.Queue(name);
            return new QueueSettingsView(queue.External, queue.MaxConcurrency, queue.Rate?.ToString());
        }));
}
