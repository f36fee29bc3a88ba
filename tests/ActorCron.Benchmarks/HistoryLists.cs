using System.Diagnostics;
using ActorCron.Core.Runs;

namespace ActorCron.Benchmarks;

/// <summary>First pages of every filter that the API has, alone and in every combination, against the target of 200 ms.</summary>
internal sealed class HistoryLists(IRunHistory history, HistoryData data)
{
    private const double Target = 200;
    private const int Tries = 5;

    /// <summary>Prints pages by name: the first try and the median.</summary>
    /// <param name="cold">A shell command that runs before each query and empties caches; null for none.</param>
    public async Task NamedAsync(string? cold)
    {
        foreach (var (name, query) in Named(await DeepAsync()))
        {
            if (cold is not null)
            {
                using var shell = Process.Start("/bin/sh", ["-c", cold]);
                await shell.WaitForExitAsync();
            }
            var (times, page) = await TimesAsync(query, cold is null ? Tries : 1);
            Console.WriteLine($"list {name,-55} first {times[0],7:N1} ms, median {times.Order().ElementAt(times.Count / 2),6:N1} ms, {page.Items.Count} runs");
        }
    }

    /// <summary>Prints the slowest of all combinations. True when every one, even its first try, is below the target.</summary>
    public async Task<bool> CombinationsAsync()
    {
        var all = new List<(string Name, double First, double Median)>();
        foreach (var (name, query) in Combinations(await DeepAsync()))
        {
            var (times, page) = await TimesAsync(query, 3);
            all.Add(($"{name} ({page.Items.Count} runs)", times[0], times.Order().ElementAt(1)));
        }
        var over = all.Count(one => one.First >= Target);
        Console.WriteLine($"{all.Count} combinations: median {all.Select(one => one.Median).Order().ElementAt(all.Count / 2):N1} ms, slowest first try {all.Max(one => one.First):N1} ms, {over} at {Target} ms or more");
        foreach (var (name, first, median) in all.OrderByDescending(one => one.First).Take(8)) Console.WriteLine($"  first {first,7:N1} ms, median {median,6:N1} ms: {name}");
        return over == 0;
    }

    /// <summary>Prints what reading a hundred large pages in a row takes.</summary>
    public async Task WalkAsync()
    {
        var (deep, walk, pages) = (new RunQuery { Limit = 1000 }, Stopwatch.StartNew(), 0);
        do
        {
            deep = deep with { After = (await history.ListAsync(deep, default)).Next };
            pages++;
        }
        while (deep.After is not null && pages < 100);
        Console.WriteLine($"list {pages} pages of 1000, one after the other {walk.Elapsed.TotalMilliseconds / pages:N1} ms a page");
    }

    private async Task<(List<double> Times, RunPage Page)> TimesAsync(RunQuery query, int tries)
    {
        var (times, page) = (new List<double>(tries), new RunPage([], null));
        for (var i = 0; i < tries; i++)
        {
            var clock = Stopwatch.StartNew();
            page = await history.ListAsync(query, default);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        return (times, page);
    }

    // A cursor in the middle of everything, as millions of pages read one after the other would reach it.
    private async Task<string?> DeepAsync() => (await history.ListAsync(new RunQuery { To = data.Middle, Limit = 1 }, default)).Next;

    private IEnumerable<(string Name, RunQuery Query)> Named(string? deep) =>
    [
        ("no filter", new()),
        ("deep page", new() { After = deep }),
        ("time range: ten minutes", new() { From = data.Middle, To = data.Middle.AddMinutes(10) }),
        ("schedule: each minute", new() { Schedule = "s/000007" }),
        ("schedule: once a day", new() { Schedule = "s/100001" }),
        ("user: half of all", new() { User = "big" }),
        ("user: one of fifty", new() { User = "user-101" }),
        ("user: 300 queues", new() { User = "fleet" }),
        ("user: few runs, all old", new() { User = "gone" }),
        ("queue: half of all", new() { Queue = "default" }),
        ("queue: one in a thousand", new() { Queue = "fleet-007" }),
        ("state: nearly all", new() { States = [RunState.Succeeded] }),
        ("state: one in a hundred", new() { States = [RunState.Failed] }),
        ("state: some, all old", new() { States = [RunState.Dead] }),
        ("state: three", new() { States = [RunState.Cancelled] }),
        ("state: running", new() { States = [RunState.Running] }),
        ("states: failed, timed out, dead", new() { States = [RunState.Failed, RunState.TimedOut, RunState.Dead] }),
        ("user + state: big, all old", new() { User = "big", States = [RunState.Dead] }),
        ("user + state: 300 queues, none", new() { User = "fleet", States = [RunState.Cancelled] }),
        ("user + queue that never meet", new() { User = "big", Queue = "fleet-007" }),
        ("user + time", new() { User = "big", To = data.Middle }),
        ("queue + state + time", new() { Queue = "default", States = [RunState.Failed], From = data.Middle, To = data.Middle.AddHours(1) }),
        ("queue + state: all old", new() { Queue = "default", States = [RunState.Dead] }),
        ("schedule + state: none", new() { Schedule = "s/000007", States = [RunState.Cancelled] }),
        ("schedule + user + queue + state + time", new() { Schedule = "s/000008", User = "big", Queue = "default", States = [RunState.Failed], To = data.Middle }),
        ("no filter, 1000 runs with their outputs", new() { Limit = 1000, WithOutput = true }),
    ];

    private IEnumerable<(string Name, RunQuery Query)> Combinations(string? deep) =>
        from schedule in new[] { null, "s/000007", "s/100001", "none" }
        from user in new[] { null, "big", "user-101", "fleet", "gone", "nobody" }
        from queue in new[] { null, "default", "slow", "fleet-007" }
        from states in new RunState[][] { [], [RunState.Succeeded], [RunState.Failed], [RunState.Dead], [RunState.Cancelled], [RunState.Running], [RunState.Failed, RunState.TimedOut, RunState.Dead] }
        from time in new (string? Name, DateTimeOffset? From, DateTimeOffset? To)[] { (null, null, null), ("ten minutes", data.Middle, data.Middle.AddMinutes(10)), ("first half", null, data.Middle), ("last hour", data.End.AddHours(-1), null) }
        from after in new[] { null, deep }
        select ($"schedule {schedule ?? "*"}, user {user ?? "*"}, queue {queue ?? "*"}, states [{string.Join(' ', states)}], {time.Name ?? "any time"}{(after is null ? "" : ", deep page")}",
            new RunQuery { Schedule = schedule, User = user, Queue = queue, States = states, From = time.From, To = time.To, After = after });
}
