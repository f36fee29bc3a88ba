using ActorCron.Simulation.Scenarios;
using ActorCron.Simulation.Tests.Planted;
using Xunit.Abstractions;

namespace ActorCron.Simulation.Tests;

/// <summary>The simulator can fail: each of these bugs is found within 2,000 seeds, by a promise that it breaks.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int Most = 2000;

    public static IEnumerable<PlantedBug> Bugs => [.. ShardBugs.All, .. OtherBugs.All];

    public static TheoryData<string> Names => [.. Bugs.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        var bug = Bugs.Single(bug => bug.Name == name);
        var (seed, found) = Find(bug);
        Assert.True(seed is not null, $"'{name}' was not found within {Most} seeds by any of: {string.Join(", ", bug.Breaks)}");
        output.WriteLine($"seed {seed}: {found}");
    }

    [Fact]
    public void There_are_at_least_25_of_them() => Assert.True(Bugs.Count() >= 25);

    // A few seeds from where it was found when it was planted; where it has moved, all from the first on.
    private static (ulong? Seed, string Invariant) Find(PlantedBug bug) => Find(bug, bug.Seed, 10) is { Seed: not null } found ? found : Find(bug, 1, Most);

    private static (ulong? Seed, string Invariant) Find(PlantedBug bug, ulong from, int count)
    {
        for (var seed = from; seed < from + (ulong)count; seed++)
            if (Simulator.Run(Generator.Of(seed, 3), bug.Make()).Violation is { } violation && bug.Breaks.Contains(violation.Invariant)) return (seed, violation.Invariant);
        return (null, "");
    }
}
