using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>The cluster's scheduler with all that lives and dies with it: the partitions of its catalogue, its dispatcher, its limiter.</summary>
public sealed class SchedulerGroup
{
    private readonly World _world;
    private readonly SimProcess _process;
    private readonly Action _ended;
    private readonly SchedulerHost _scheduler;
    private readonly PartitionHost[] _partitions = new PartitionHost[CatalogPartitions.Count];
    private bool _isStopped;

    public SchedulerGroup(World world, SimProcess process, Action ended)
    {
        (_world, _process, _ended) = (world, process, ended);
        _scheduler = new SchedulerHost(world, process, this) { Ended = Fail };
        for (var i = 0; i < _partitions.Length; i++) _partitions[i] = new PartitionHost(world, process, i, this) { Ended = Fail };
    }

    public DispatcherHost? Dispatcher { get; private set; }
    public LimiterHost? Limiter { get; private set; }
    public SchedulerHost Scheduler => _scheduler;
    public IReadOnlyList<PartitionHost> Partitions => _partitions;

    public void Start()
    {
        _world.Story?.Add($"{_process} becomes the scheduler");
        foreach (var partition in _partitions) partition.Start();
        _scheduler.Start();
    }

    /// <summary>What nodes and clients send to the scheduler.</summary>
    public void Forward(object message, Address from)
    {
        switch (message)
        {
            case DispatchRuns or GetBacklogs: Dispatcher?.Deliver(message, from); break;
            case AskPermits: Limiter?.Deliver(message, from); break;
            default: _scheduler.Deliver(message, from); break;
        }
    }

    public void OnMembers()
    {
        if (_scheduler is { HasRecovered: true, IsStopped: false }) _scheduler.TellMembers();
        Limiter?.TellWorkers();
    }

    public void StartDispatcher(long epoch)
    {
        Dispatcher = new DispatcherHost(_world, _process, epoch);
        _world.Story?.Add($"{_process} starts the dispatcher of epoch {epoch}");
        Dispatcher.Receive(Recovered.Instance, default);
    }

    public void StartLimiter(long epoch)
    {
        Limiter = new LimiterHost(_world, _process, epoch);
        Limiter.Receive(Recovered.Instance, default);
        Limiter.TellWorkers();
    }

    /// <summary>One of them has ended: all of them start anew.</summary>
    public void Fail(string why)
    {
        if (_isStopped) return;
        _world.Reached("scheduler ends");
        _world.Story?.Add($"{_process} is the scheduler no more: {why}");
        Stop();
        _ended();
    }

    public void Stop()
    {
        _isStopped = true;
        _scheduler.Stop();
        foreach (var partition in _partitions) partition.Stop();
        Dispatcher?.Stop();
        Limiter?.Stop();
    }
}
