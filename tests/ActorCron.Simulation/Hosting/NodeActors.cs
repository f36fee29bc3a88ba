using ActorCron.Core.Messages;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>All that runs in one process of a node.</summary>
public sealed class NodeActors
{
    private readonly World _world;
    private readonly SimProcess _process;
    private readonly ShardHost?[] _shards = new ShardHost?[RunShards.Count];
    private readonly long[] _shardBackoff = new long[RunShards.Count];
    private readonly WorkSet _work;
    private long _lives;
    private int _schedulerFailures;
    private bool _isHandingOver;
    private bool _schedulerWaits;

    public NodeActors(World world, SimProcess process)
    {
        (_world, _process) = (world, process);
        _work = new WorkSet(world, process);
        HistoryQueue = new HistoryQueueHost(world, process);
        HistoryQueue.Receive(Recovered.Instance, default);
        StartWorker();
    }

    public HistoryQueueHost HistoryQueue { get; }
    public WorkerHost? Worker { get; private set; }
    public SchedulerGroup? Scheduler { get; private set; }

    public ShardHost? ShardOf(int shard) => _shards[shard];

    /// <summary>A message for a shard has come; it is started where it is to live here.</summary>
    public void ToShard(int shard, IToShard message, Address from)
    {
        if (_shards[shard] is { } running) running.Deliver(message, from);
        else if (_world.Router.IsHome(shard, _process) && _shardBackoff[shard] <= _world.Loop.Now && !_isHandingOver) StartShard(shard).Deliver(message, from);
        else _world.Reached("message to a shard that is not there");
    }

    public void OnMembers(IReadOnlyList<SimProcess> gone)
    {
        foreach (var shard in _shards)
            if (shard is { HasRecovered: true, IsStopped: false }) shard.TellMembers(gone);
        if (_process.View.Count > 0 && _process.View[0] == _process && Scheduler is null && !_schedulerWaits && !_process.IsLeaving)
        {
            var after = gone.Count > 0 ? _world.SchedulerTakesOver() : 0;
            _schedulerWaits = true;
            _process.Plan(_world.Loop, after, EventKind.Process, _process.Uid, StartScheduler);
        }
        Scheduler?.OnMembers();
    }

    /// <summary>The worker's actor fails and is started again; its handlers go on.</summary>
    public void RestartWorker()
    {
        if (Worker is null || _process.IsLeaving) return;
        _world.Reached("worker actor restarts");
        _world.Story?.Add($"{_process} worker restarts");
        Worker.Stop();
        StartWorker();
    }

    /// <summary>The shards that live here fail and start again.</summary>
    public void RestartShards()
    {
        foreach (var shard in _shards)
        {
            if (shard is null) continue;
            _world.Reached("shard restarts on its node");
            shard.Stop();
            OnShardEnded(shard);
        }
    }

    public void RestartScheduler() => Scheduler?.Fail("was told to");

    /// <summary>Hands a shard that lives here over.</summary>
    public void MoveShard(int shard, int milliseconds)
    {
        if (_shards[shard] is not { } running) return;
        _world.Story?.Add($"{_process} hands shard {shard} over");
        running.Stop();
        _shards[shard] = null;
        if (_world.Router.IsHome(shard, _process)) _world.Router.Release(shard, milliseconds);
    }

    /// <summary>Stops cleanly: no new work, what runs may end within the drain time-out, the rest goes back, then the node leaves.</summary>
    public void BeginStop()
    {
        if (_process.IsLeaving || !_process.IsAlive) return;
        _process.IsLeaving = true;
        _world.Story?.Add($"{_process} begins to stop");
        Worker!.Receive(Drain.Instance, default);
        // The node's own phase has an end, whatever the worker says.
        var end = Span.Ms(_world.Scenario.Knobs.DrainMs + _world.Scenario.Knobs.CancelGraceMs) + (10 * Span.Second);
        _process.Plan(_world.Loop, end, EventKind.Process, _process.Uid, EndStop);
    }

    /// <summary>The process has died with all that it held.</summary>
    public void Die()
    {
        foreach (var shard in _shards) shard?.Stop();
        Scheduler?.Stop();
        Worker?.Stop();
        HistoryQueue.Stop();
    }

    private void EndStop()
    {
        if (!_process.IsAlive || _isHandingOver) return;
        _isHandingOver = true;
        if (_work.IsAtWork) _world.Reached("a node stops while a handler is at work");
        Scheduler?.Stop();
        for (var shard = 0; shard < _shards.Length; shard++) MoveShard(shard, 200);
        _process.Plan(_world.Loop, 300 * Span.Millisecond, EventKind.Process, _process.Uid, () => _world.Cluster.Leave(_process));
    }

    private void StartWorker()
    {
        Worker = new WorkerHost(_world, _process, ++_lives, _work, EndStop);
        Worker.Start();
    }

    private ShardHost StartShard(int shard)
    {
        var host = _shards[shard] = new ShardHost(_world, _process, shard);
        host.Ended = _ => OnShardEnded(host);
        host.Start();
        return host;
    }

    // Its supervisor starts it again with back-off, if it still belongs here.
    private void OnShardEnded(ShardHost host)
    {
        if (_shards[host.Shard] != host) return;
        _shards[host.Shard] = null;
        var after = (200 + _world.Cluster.Nodes.Count) * Span.Millisecond;
        _shardBackoff[host.Shard] = _world.Loop.Now + after;
        _process.Plan(_world.Loop, after, EventKind.Process, host.Shard, () =>
        {
            if (_shards[host.Shard] is null && _world.Router.IsHome(host.Shard, _process) && !_isHandingOver) StartShard(host.Shard);
        });
    }

    private void StartScheduler()
    {
        _schedulerWaits = false;
        if (Scheduler is not null || _process.IsLeaving || _process.View.Count == 0 || _process.View[0] != _process) return;
        _world.Reached("scheduler starts");
        Scheduler = new SchedulerGroup(_world, _process, OnSchedulerEnded);
        Scheduler.Start();
    }

    private void OnSchedulerEnded()
    {
        Scheduler = null;
        _schedulerWaits = true;
        var after = Math.Min(200 << Math.Min(_schedulerFailures++, 4), 3000) * Span.Millisecond;
        _process.Plan(_world.Loop, after, EventKind.Process, _process.Uid, StartScheduler);
    }
}
