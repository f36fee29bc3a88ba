using System.Globalization;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation;

/// <summary>What the program is asked for.</summary>
public static class CommandLine
{
    private const string Usage = """
        --seeds COUNT     runs so many seeds
        --from SEED       the first of them (1)
        --seed SEED       runs one seed and prints its digest
        --nodes COUNT     nodes of the cluster (3)
        --scenario FILE   runs a saved scenario
        --story           prints what happened; with --all not only what concerns the failing run
        --trace           prints the digest after every 1,000 events
        --keep-going      runs all seeds, whatever the first ones show
        --reached         prints how often each state was reached
        --no-shrink       prints a failing scenario as it is
        """;

    public static int Run(string[] args)
    {
        var options = Read(args);
        if (options is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        var nodes = (int)options.GetValueOrDefault("nodes", 3UL);
        if (options.Files.TryGetValue("scenario", out var file)) return One(Scenario.FromJson(File.ReadAllText(file)), options);
        if (options.TryGetValue("seed", out var seed)) return One(Generator.Of(seed, nodes), options);
        return Many(options.GetValueOrDefault("from", 1UL), (int)options.GetValueOrDefault("seeds", 100UL), nodes, options);
    }

    private static int One(Scenario scenario, Options options)
    {
        var outcome = Simulator.Run(scenario, withStory: options.Has("story"));
        if (options.Has("trace"))
            for (var i = 0; i < outcome.Trace.Count; i++) Console.WriteLine($"{(i + 1) * 1000}: {outcome.Trace[i]:x16}");
        if (options.Has("story") && outcome.Story is { } story)
            foreach (var line in story.About(options.Has("all") ? "" : outcome.Violation?.Subject ?? "", 100_000)) Console.WriteLine(line);
        if (options.Has("reached")) Print(outcome.Reached);
        Console.WriteLine($"seed {scenario.Seed}: digest {outcome.Digest:x16}, {outcome.Events} events, {outcome.Occurrences} occurrences, {outcome.Starts} starts, {outcome.Faults} faults");
        if (outcome.Violation is null) return 0;
        Console.WriteLine(outcome.Violation.Message);
        if (!options.Has("story")) Report.Print(outcome, !options.Has("no-shrink"), Console.Out);
        return 1;
    }

    private static int Many(ulong from, int count, int nodes, Options options)
    {
        var campaign = new Campaign(nodes, Environment.ProcessorCount, options.Has("keep-going"));
        campaign.Run(from, count);
        foreach (var failed in campaign.Failed.OrderBy(failed => failed.Scenario.Seed)) Console.WriteLine($"seed {failed.Scenario.Seed}: {failed.Violation!.Message.Split('\n')[0]}");
        foreach (var group in campaign.Failed.GroupBy(failed => failed.Violation!.Invariant).OrderBy(group => group.Key, StringComparer.Ordinal))
            Console.WriteLine($"{group.Count(),5} × {group.Key}");
        if (campaign.Failed.MinBy(failed => failed.Scenario.Seed) is { } first) Report.Print(first, !options.Has("no-shrink"), Console.Out);
        if (options.Has("reached") || count >= 1000) Print(campaign.Reached);
        var missing = count >= 1000 && nodes > 1 && campaign.Done == count ? campaign.Reached.Missing().ToList() : [];
        foreach (var what in missing) Console.WriteLine($"never reached: {what}");
        Console.WriteLine($"{campaign.Done} seeds, {campaign.Occurrences} occurrences, {campaign.Faults} faults: {campaign.Failed.Count} violations");
        return campaign.Failed.Count == 0 && missing.Count == 0 ? 0 : 1;
    }

    private static void Print(Reached reached)
    {
        foreach (var (what, times) in reached.Sorted()) Console.WriteLine($"{times,10} {what}");
    }

    private static Options? Read(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (name is "story" or "all" or "trace" or "keep-going" or "reached" or "no-shrink") options.Flags.Add(name);
            else if (++i >= args.Length) return null;
            else if (name is "scenario") options.Files[name] = args[i];
            else if (name is "seeds" or "from" or "seed" or "nodes" && ulong.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) options[name] = number;
            else return null;
        }
        return options;
    }

    private sealed class Options : Dictionary<string, ulong>
    {
        public HashSet<string> Flags { get; } = [];
        public Dictionary<string, string> Files { get; } = [];
        public bool Has(string flag) => Flags.Contains(flag);
    }
}
