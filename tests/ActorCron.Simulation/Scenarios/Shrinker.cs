using System.Diagnostics;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Scenarios;

/// <summary>Makes a failing scenario small: it leaves rows and rates out as long as the same promise is broken.</summary>
public static class Shrinker
{
    public static Scenario Shrink(Scenario scenario, string invariant, TimeSpan within, Func<Seam>? seam = null)
    {
        var watch = Stopwatch.StartNew();
        bool Fails(Scenario candidate) => watch.Elapsed < within && Simulator.Run(candidate, seam?.Invoke()).Violation?.Invariant == invariant;
        for (var before = -1; before != Size(scenario) && watch.Elapsed < within;)
        {
            before = Size(scenario);
            scenario = scenario with { Commands = Rows(scenario.Commands, rows => Fails(scenario with { Commands = rows })) };
            scenario = scenario with { Faults = Rows(scenario.Faults, rows => Fails(scenario with { Faults = rows })) };
            // Commands name schedules by their place: only those that nothing else names may go.
            if (scenario.Commands.Count == 0) scenario = scenario with { Schedules = Rows(scenario.Schedules, rows => rows.Count > 0 && Fails(scenario with { Schedules = rows })) };
            scenario = Calmer(scenario, Fails);
        }
        return scenario;
    }

    private static int Size(Scenario scenario) => scenario.Commands.Count + scenario.Faults.Count + scenario.Schedules.Count + scenario.Rates.GetHashCode() % 1;

    // Leaves out halves, quarters, … and in the end single rows.
    private static IReadOnlyList<T> Rows<T>(IReadOnlyList<T> rows, Func<IReadOnlyList<T>, bool> fails)
    {
        for (var size = Math.Max(1, rows.Count / 2); size >= 1 && rows.Count > 0; size /= 2)
        {
            for (var at = rows.Count - size; at >= 0; at -= size)
            {
                IReadOnlyList<T> fewer = [.. rows.Take(at), .. rows.Skip(at + size)];
                if (!fails(fewer)) continue;
                rows = fewer;
            }
        }
        return rows;
    }

    private static Scenario Calmer(Scenario scenario, Func<Scenario, bool> fails)
    {
        var calm = new Rates();
        Func<Rates, Rates>[] steps =
        [
            r => r with { NetworkLoss = 0 }, r => r with { NetworkTwice = 0 }, r => r with { NetworkReorder = 0 }, r => r with { NetworkDelay = calm.NetworkDelay },
            r => r with { StoreFails = 0 }, r => r with { StoreAnswerLost = 0 }, r => r with { SnapshotFails = 0 }, r => r with { DeleteFails = 0 }, r => r with { StoreDelay = calm.StoreDelay },
            r => r with { HistoryFails = 0 }, r => r with { HistoryDelay = calm.HistoryDelay }, r => r with { BrokerDelay = calm.BrokerDelay }, r => r with { ConfirmLost = 0 },
            r => r with { Nack = 0 }, r => r with { MessageGone = 0 }, r => r with { ShardMessageLost = 0 }, r => r with { TimerLate = 0 }, r => r with { TimerTwice = 0 },
        ];
        foreach (var step in steps)
            if (scenario with { Rates = step(scenario.Rates) } is var calmer && calmer != scenario && fails(calmer)) scenario = calmer;
        if (scenario with { Knobs = new Knobs { DetectMs = 5000, SilenceMs = 20_000, DurableBroker = scenario.Knobs.DurableBroker } } is var plain && plain != scenario && fails(plain)) scenario = plain;
        return scenario;
    }
}
