using ActorCron.Actors.Brokers;
using ActorCron.Actors.Nodes;
using ActorCron.Actors.Shells;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Actor;
using Akka.Cluster;

namespace ActorCron.Actors.Gateway;

/// <summary>The cluster, its shards, its queues and their dead letters.</summary>
internal sealed class OperationsGateway(ActorSystem system, ClusterQuestions cluster, RunGateway runs, IRunHistory history,
    IRunBroker broker, GatewaySettings settings, TimeProvider time) : IOperationsGateway
{
    private static readonly TimeSpan RequeueTimeout = TimeSpan.FromSeconds(60);

    private readonly Cluster _cluster = Cluster.Get(system);
    private readonly QueueRates _rates = new(time);
    private readonly QueueDepths _depths = new(broker, time);

    public ClusterView GetCluster() => ClusterLook.At(_cluster);

    public async Task<IReadOnlyList<ShardView>> GetShardsAsync(CancellationToken cancellationToken)
    {
        var stats = await Task.WhenAll(Enumerable.Range(0, RunShards.Count).Select(async shard =>
        {
            try
            {
                return await cluster.AskShard<ShardStats>(new GetShardStats(shard), cancellationToken, TimeSpan.FromSeconds(3));
            }
            catch (UnavailableException)
            {
                return new ShardStats(shard, "", 0);
            }
        }));
        return [.. stats.Select(shard => new ShardView(RunShards.Region, $"{shard.Shard}", AddressOf(shard.Node)?.ToString(),
            shard.Node.Length > 0 ? 1 : 0, shard.ActiveRuns))];
    }

    public async Task<IReadOnlyList<QueueView>> GetQueuesAsync(CancellationToken cancellationToken)
    {
        var backlogs = (await cluster.AskScheduler<Backlogs>(new GetBacklogs(), cancellationToken)).Queues
            .ToDictionary(queue => queue.Queue);
        var loads = await WorkerLoads(cancellationToken);
        var taken = loads.SelectMany(load => load.Queues).GroupBy(queue => queue.Queue)
            .ToDictionary(group => group.Key,
                group => (Taken: group.Sum(queue => queue.Taken), Finished: group.Sum(queue => queue.Finished)));
        var names = settings.Queues.Keys.Concat(backlogs.Keys).Concat(taken.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var depths = await Bound.On(_depths.GetAsync(names, cancellationToken), "The broker");
        var views = new List<QueueView>();
        foreach (var (name, depth) in names.Zip(depths))
        {
            var limits = settings.Queues.GetValueOrDefault(name) ?? new QueueSettingsView(false, null, null);
            var backlog = backlogs.GetValueOrDefault(name);
            var (running, finished) = taken.GetValueOrDefault(name);
            var (published, done) = _rates.Of(name, backlog?.Published ?? 0, finished);
            views.Add(new QueueView(name, (depth?.Messages ?? 0) + (backlog?.Waiting ?? 0), backlog?.Waiting ?? 0, depth?.Consumers ?? 0,
                running, limits.External, limits.MaxConcurrency, limits.Rate, published, done, depth?.Dead ?? 0));
        }
        return views;
    }

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        Bound.On(broker.GetDeadLettersAsync(limit, cancellationToken), "The broker");

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) =>
        Bound.On(broker.CountDeadLettersAsync(cancellationToken), "The broker");

    public Task<int> RequeueDeadLettersAsync(string? messageId, CancellationToken cancellationToken) =>
        Bound.On(broker.RequeueDeadLettersAsync(messageId, id => RetryDeadAsync(id, cancellationToken), cancellationToken), "The broker",
            RequeueTimeout);

    public Task<int> PurgeQueueAsync(string queue, CancellationToken cancellationToken) =>
        Bound.On(broker.PurgeAsync(queue, cancellationToken), "The broker");

    public async Task<Readiness> GetReadinessAsync(CancellationToken cancellationToken)
    {
        var parts = new Dictionary<string, PartHealth>
        {
            ["cluster"] = _cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp
                ? PartHealth.Ok
                : new(PartStatus.Away, $"this node is {_cluster.SelfMember.Status.ToString().ToLowerInvariant()}"),
            ["store"] = await Bound.Ping(history.PingAsync, cancellationToken),
            ["broker"] = await Bound.Ping(broker.PingAsync, cancellationToken),
            ["scheduler"] = await Bound.Ping(token => cluster.GetBacklogs(Bound.LifeSign, token), cancellationToken),
        };
        foreach (var (part, word) in RecoveryTroubles.Of(system).Parts) parts[part] = word is null ? PartHealth.Ok : new(PartStatus.Blocked, word);
        return new Readiness(parts);
    }

    // The message of a run that was given up carries an attempt that is over: the run is tried again, and has a new message for it.
    private async Task<bool> RetryDeadAsync(string runId, CancellationToken cancellationToken) =>
        await runs.GetRunAsync(runId, cancellationToken) is { State: RunState.Dead }
        && (await runs.RetryRunAsync(runId, cancellationToken)).Kind == RunCommandKind.Done;

    private async Task<IReadOnlyList<WorkerLoad>> WorkerLoads(CancellationToken cancellationToken)
    {
        var workers = _cluster.State.Members.Where(member => member.HasRole("worker") && member.Status == MemberStatus.Up)
            .Select(member => NodeName.Of(member.Address));
        var loads = await Task.WhenAll(workers.Select(async node =>
        {
            try
            {
                return await WorkerPath.On(system, node).Ask<WorkerLoad>(GetLoad.Instance, Bound.LifeSign, cancellationToken);
            }
            catch (AskTimeoutException)
            {
                return null;
            }
        }));
        return [.. loads.OfType<WorkerLoad>()];
    }

    private Address? AddressOf(string node) =>
        _cluster.State.Members.FirstOrDefault(member => NodeName.Of(member.Address) == node)?.Address;
}
