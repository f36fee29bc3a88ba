using ActorCron.Core;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Limits;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Outside;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation;

/// <summary>Everything of one run: one thread, virtual time, all of it drawn from the scenario.</summary>
public sealed class World
{
    /// <summary>The wall clock when a run begins.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<int, NodeActors> _actors = [];
    private readonly Dictionary<string, ScheduleRow> _rows = new(StringComparer.Ordinal);
    private readonly Draws _timers;
    private readonly Draws _takeOvers;

    public World(Scenario scenario, Seam seam, Reached reached, bool withStory)
    {
        (Scenario, Seam, ReachedCounts) = (scenario, seam, reached);
        if (withStory) Story = new Story(Loop);
        (_timers, _takeOvers) = (new Draws(scenario.Seed, "timers"), new Draws(scenario.Seed, "take over"));
        foreach (var row in scenario.Schedules) _rows[row.Id] = row;
        var knobs = scenario.Knobs;
        Commits = new CommitSettings(knobs.SnapshotEvery) { TrimAfter = TimeSpan.FromMilliseconds(knobs.SilenceMs * 2), MaxSilence = TimeSpan.FromMilliseconds(knobs.SilenceMs) };
        ShardSettings = SettingsOf.Shard(knobs);
        DispatchSettings = SettingsOf.Dispatch(knobs);
        SlotSettings = SettingsOf.Slots(knobs);
        Network = new Network(this, scenario.Rates, scenario.Nodes);
        Store = new Store(this, scenario.Rates);
        Broker = new Broker(this, scenario.Rates);
        History = new History(this, scenario.Rates);
        Cluster = new Cluster(this, scenario.Nodes);
        Router = new Router(this);
        Oracle = new Oracle(this);
        IsCalm = scenario.Faults.Count == 0 && scenario.Rates == new Rates();
    }

    public Scenario Scenario { get; }
    public Seam Seam { get; }
    public Reached ReachedCounts { get; }
    public EventLoop Loop { get; } = new();
    public Story? Story { get; }
    public Network Network { get; }
    public Store Store { get; }
    public Broker Broker { get; }
    public History History { get; }
    public Cluster Cluster { get; }
    public Router Router { get; }
    public Oracle Oracle { get; }
    public CommitSettings Commits { get; }
    public RunShardSettings ShardSettings { get; }
    public DispatchSettings DispatchSettings { get; }
    public SlotSettings SlotSettings { get; }

    /// <summary>Whether things still go wrong by themselves.</summary>
    public bool FaultsOn { get; set; } = true;

    /// <summary>Whether nothing at all goes wrong in this scenario.</summary>
    public bool IsCalm { get; }

    /// <summary>Faults that have struck.</summary>
    public long Faults { get; set; }

    public void Reached(string what) => ReachedCounts.Note(what);

    public NodeActors? ActorsOf(SimProcess process) => process.IsAlive ? _actors.GetValueOrDefault(process.Uid) : null;

    /// <summary>A process is a member now: its actors start.</summary>
    public void Join(SimProcess process)
    {
        process.View.AddRange(Cluster.Members);
        process.ViewVersion = Cluster.Version;
        var actors = _actors[process.Uid] = new NodeActors(this, process);
        Seam.Started(process);
        actors.OnMembers([]);
    }

    public long TimerLate() => FaultsOn && _timers.Chance(Scenario.Rates.TimerLate) ? _timers.Around(300 * Span.Millisecond) : 0;

    public bool TimerTwice() => FaultsOn && _timers.Chance(Scenario.Rates.TimerTwice);

    public long SchedulerTakesOver() => _takeOvers.Below(1500) * Span.Millisecond;

    /// <summary>What the handler of an attempt does: it follows from the run and the attempt alone.</summary>
    public Behaviour HandlerOf(string runId, int attempt)
    {
        var at = runId.LastIndexOf('@');
        if (!_rows.TryGetValue(at > 0 ? runId[..at] : runId, out var row)) return new Behaviour(30 * Span.Millisecond, false, false);
        var draw = Draws.Of(Scenario.Seed, 7, StableHash.Of(runId), attempt);
        var takes = row.HandlerMs / 2 + (long)(draw % (ulong)Math.Max(1, row.HandlerMs));
        return new Behaviour(takes * Span.Millisecond, (int)((draw >> 20) % 10_000) < row.HandlerFails, (int)((draw >> 40) % 10_000) < row.HandlerDeaf);
    }

    public ScheduleRow? RowOf(string schedule) => _rows.GetValueOrDefault(schedule);
}
