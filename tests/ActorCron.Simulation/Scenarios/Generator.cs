using ActorCron.Core.Runs;
using ActorCron.Simulation.Engine;

namespace ActorCron.Simulation.Scenarios;

/// <summary>Makes a scenario of a seed. Each seed turns on a random part of the faults, policies and commands and draws every rate anew:
/// mixes that are all alike find less.</summary>
public static class Generator
{
    public static Scenario Of(ulong seed, int nodes)
    {
        var swarm = new Draws(seed, "swarm");
        var kind = swarm.Below(10);
        // Some seeds have no faults at all, some have one sort.
        var calm = kind == 0;
        var onlyOne = kind == 1;
        var active = 30_000 + (swarm.Below(7) * 10_000);
        var knobs = KnobMaker.Of(new Draws(seed, "knobs"), swarm.Half());
        var schedules = Schedules(new Draws(seed, "schedules"), active, knobs);
        var liveness = !calm && swarm.Below(8) == 0;
        // One node with everything in its own process is a product of its own.
        var embedded = swarm.Below(12) == 0;
        if (embedded) (nodes, liveness, knobs) = (1, false, knobs with { DurableBroker = false });
        return new Scenario
        {
            Seed = seed,
            Nodes = nodes,
            ActiveMs = active,
            Liveness = liveness,
            Knobs = knobs,
            Rates = calm || onlyOne ? new Rates() : RateMaker.Of(new Draws(seed, "rates")),
            Schedules = schedules,
            Commands = Commands(new Draws(seed, "commands"), active, schedules.Count),
            Faults = calm ? [] : FaultMaker.Of(new Draws(seed, "faults"), active, nodes, onlyOne, liveness),
        };
    }

    private static List<ScheduleRow> Schedules(Draws draws, int active, Knobs knobs)
    {
        var rows = new List<ScheduleRow>();
        var shards = draws.Between(1, 3);
        var count = draws.Between(2, 6);
        // Programs outside speak to a broker of its own.
        var outside = knobs.DurableBroker && draws.Below(6) == 0;
        for (var i = 0; i < count; i++) rows.Add(Schedule(draws, $"job{i}", i % shards, active, knobs, outside));
        return rows;
    }

    private static ScheduleRow Schedule(Draws draws, string name, int shard, int active, Knobs knobs, bool outside)
    {
        var period = draws.Pick(1, 2, 3, 5, 5, 10, 10, 15, 20, 30);
        var handler = draws.Pick(5, 50, 50, 300, 1000, 3000, 8000);
        var queue = knobs.FewLimit > 0 && draws.Below(3) == 0 ? "few" : knobs.SlowRate > 0 && draws.Below(3) == 0 ? "slow" : "default";
        if (outside && draws.Below(2) == 0) queue = "outside";
        // What is to settle must not be more than can be worked off.
        if (queue != "default") (period, handler) = (Math.Max(period, 5), Math.Min(handler, 1000));
        if (handler > 1000) period = Math.Max(period, 3);
        return new ScheduleRow
        {
            Id = OnShard(name, shard),
            PeriodSeconds = period,
            IsInterval = draws.Half(),
            Overlap = draws.Pick(Overlap.Allow, Overlap.Skip, Overlap.Queue, Overlap.Replace),
            AtMostOnce = draws.Below(4) == 0,
            MaxAttempts = draws.Pick(1, 1, 2, 3, 5),
            RetryMs = draws.Pick(100, 500, 2000, 5000),
            CatchUp = draws.Pick(CatchUpKind.All, CatchUpKind.All, CatchUpKind.Latest, CatchUpKind.None),
            CatchUpMs = draws.Pick(600_000, 600_000, 30_000, 10_000),
            JitterMs = draws.Pick(0, 0, 0, 500, 3000),
            TimeoutMs = draws.Pick(3_600_000, 3_600_000, 2_000, 10_000),
            Queue = queue,
            CreatedMs = draws.Pick(0, 500, 1000, 3000, 10_000),
            EndsMs = active,
            HandlerMs = handler,
            HandlerFails = draws.Pick(0, 0, 500, 3000, 8000),
            HandlerDeaf = draws.Pick(0, 0, 0, 2000, 10_000),
        };
    }

    // Few shards live, so that a run of the simulator is cheap: names are chosen by where they hash to.
    private static string OnShard(string name, int shard)
    {
        for (var n = 0; ; n++)
            if ($"{name}-{n}" is var id && RunShards.Of(id + "@x") == shard) return id;
    }

    private static List<CommandRow> Commands(Draws draws, int active, int schedules)
    {
        var kinds = Enum.GetValues<CommandKind>();
        var on = kinds.Where(_ => draws.Below(3) == 0).ToArray();
        var rows = new List<CommandRow>();
        if (on.Length == 0) return rows;
        var count = draws.Pick(0, 3, 8, 15, 30);
        for (var i = 0; i < count; i++)
            rows.Add(new CommandRow(draws.Between(4000, active), draws.Pick(on), draws.Below(schedules), draws.Below(1000), draws.Below(3) == 0));
        rows.Sort((a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : StringComparer.Ordinal.Compare(a.ToString(), b.ToString()));
        return rows;
    }
}
