using ActorCron.Simulation.Hosting;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation;

/// <summary>Tells of a failing seed: the smallest scenario that breaks the same promise, and what happened in it.</summary>
public static class Report
{
    private const int Lines = 40;

    public static void Print(Outcome failed, bool shrinks, TextWriter to, Func<Seam>? seam = null)
    {
        var scenario = shrinks ? Shrinker.Shrink(failed.Scenario, failed.Violation!.Invariant, TimeSpan.FromSeconds(60), seam) : failed.Scenario;
        var again = Simulator.Run(scenario, seam?.Invoke(), withStory: true);
        to.WriteLine($"-- seed {scenario.Seed}, {scenario.Schedules.Count} schedules, {scenario.Commands.Count} commands, {scenario.Faults.Count} faults");
        if (again.Story is { } story)
            foreach (var line in story.About(again.Violation?.Subject ?? "", Lines)) to.WriteLine(line);
        to.WriteLine(again.Violation?.Message ?? "it does not fail again");
        var file = Path.Combine(Path.GetTempPath(), $"scenario-{scenario.Seed}.json");
        File.WriteAllText(file, scenario.ToJson());
        to.WriteLine($"-- saved as {file}: run it with --scenario {file} --story");
    }
}
