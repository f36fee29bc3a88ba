using System.Diagnostics;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Tests;

/// <summary>The product keeps its promises over many seeds, and a seed is the same history each time.</summary>
public sealed class SeedTests
{
    [Fact]
    public void No_promise_is_broken_in_600_seeds()
    {
        var campaign = new Campaign(nodes: 3, threads: Environment.ProcessorCount, keepGoing: true);
        campaign.Run(from: 1, count: 600);
        Assert.True(campaign.Failed.Count == 0, string.Join('\n', campaign.Failed.Select(failed => $"seed {failed.Scenario.Seed}: {failed.Violation!.Message}")));
        Assert.Equal(600, campaign.Done);
    }

    [Fact]
    public void A_seed_is_the_same_history_after_other_seeds_and_beside_other_threads()
    {
        var alone = Simulator.Run(Generator.Of(17, 3));
        new Campaign(3, Environment.ProcessorCount, keepGoing: true).Run(from: 100, count: 50);
        var digests = new ulong[8];
        Parallel.For(0, digests.Length, i => digests[i] = Simulator.Run(Generator.Of(17, 3)).Digest);
        Assert.All(digests, digest => Assert.Equal(alone.Digest, digest));
    }

    [Fact]
    public void A_seed_is_the_same_history_in_another_process()
    {
        var here = Simulator.Run(Generator.Of(23, 3));
        var start = new ProcessStartInfo("dotnet", [typeof(Simulator).Assembly.Location, "--seed", "23"]) { RedirectStandardOutput = true };
        using var other = Process.Start(start)!;
        var text = other.StandardOutput.ReadToEnd();
        other.WaitForExit();
        Assert.Contains($"digest {here.Digest:x16}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_story_changes_nothing()
    {
        var scenario = Generator.Of(29, 3);
        Assert.Equal(Simulator.Run(scenario).Digest, Simulator.Run(scenario, withStory: true).Digest);
    }

    [Fact]
    public void A_scenario_that_is_saved_is_the_same_history()
    {
        var scenario = Generator.Of(31, 3);
        Assert.Equal(Simulator.Run(scenario).Digest, Simulator.Run(Scenario.FromJson(scenario.ToJson())).Digest);
    }
}
