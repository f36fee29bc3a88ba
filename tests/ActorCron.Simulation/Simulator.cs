using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Outside;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation;

/// <summary>Runs a scenario from its beginning until all is quiet.</summary>
public static class Simulator
{
    private const long MostEvents = 3_000_000;

    public static Outcome Run(Scenario scenario, Seam? seam = null, bool withStory = false)
    {
        var reached = new Reached();
        var world = new World(scenario, seam ?? Seam.Clean, reached, withStory);
        BrokenPromiseException? violation = null;
        try
        {
            Play(world);
        }
        catch (BrokenPromiseException found)
        {
            violation = found;
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            violation = new BrokenPromiseException("a machine does not throw", thrown.ToString(), "");
        }
        return new Outcome(scenario, violation, world.Loop.Digest.Value, world.Loop.Happened, world.Oracle.Occurrences, world.Oracle.Starts, world.Faults, reached, world.Story, world.Loop.Digest.Trace);
    }

    private static void Play(World world)
    {
        var active = Span.Ms(world.Scenario.ActiveMs);
        world.Cluster.Begin();
        new Clients(world).Begin();
        if (world.Scenario.Schedules.Any(row => row.Queue == Outsiders.Queue)) new Outsiders(world).Begin();
        var trouble = new Trouble(world);
        trouble.Begin();
        while (world.Loop.Step(active)) Bound(world);
        trouble.Heal();
        var settled = 0;
        var quiet = Span.Ms(world.Scenario.QuietMs);
        // As long as handlers come to work it is not stuck, only busy.
        for (var at = active + (4 * Span.Second); at <= Math.Min(Math.Max(active, world.Oracle.LastStart) + quiet, active + (30 * quiet)); at += 2 * Span.Second)
        {
            while (world.Loop.Step(at)) Bound(world);
            // Two looks in a row: what is about to go wrong shows by then.
            settled = QuietCheck.IsSettled(world) ? settled + 1 : 0;
            if (settled == 3) break;
        }
        QuietCheck.All(world);
    }

    private static void Bound(World world)
    {
        if (world.Loop.Happened > MostEvents) throw new BrokenPromiseException("the work has an end", $"{MostEvents} events at {world.Loop.Now / Span.Millisecond} ms", "");
    }
}

/// <summary>What came of a run.</summary>
public sealed record Outcome(Scenario Scenario, BrokenPromiseException? Violation, ulong Digest, long Events, int Occurrences, int Starts, long Faults, Reached Reached, Story? Story, IReadOnlyList<ulong> Trace);
