using System.Diagnostics;
using System.Globalization;
using ActorCron.Core.Runs;
using ActorCron.History;

namespace ActorCron.Benchmarks;

/// <summary>The read side over millions of runs: how fast runs are written, listed and pruned.</summary>
public static class HistoryBenchmark
{
    private const int Batch = 1000;
    private const int FillBatch = 5000;
    private const int LiveRuns = 100_000;

    /// <param name="args"><c>sqlite FILE | postgresql CONNECTION | mongodb CONNECTION</c>, then how many runs (10,000,000 by default), then
    /// perhaps <c>cold=COMMAND</c>: a shell command that empties caches before each named list, which then is all that is measured.
    /// A store that holds runs already is only listed and pruned; give the same number as before.</param>
    /// <returns>0 when every first page takes less than 200 ms, else 1.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var history = args switch
        {
            ["sqlite", var file, ..] => (IRunHistory)new SqliteRunHistory(file),
            ["postgresql", var connection, ..] => new PostgreSqlRunHistory(connection),
            ["mongodb", var connection, ..] => new MongoRunHistory(connection),
            _ => throw new ArgumentException("history sqlite FILE | postgresql CONNECTION | mongodb CONNECTION [RUNS] [cold=COMMAND]"),
        };
        var data = new HistoryData(args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10_000_000);
        var cold = args.Length > 3 && args[3].StartsWith("cold=", StringComparison.Ordinal) ? args[3][5..] : null;
        await history.InitializeAsync(default);
        if ((await history.ListAsync(new RunQuery { Limit = 1 }, default)).Items.Count == 0)
        {
            await LiveAsync(history, "empty", "new");
            await FillAsync(history, data, HistoryIndexes.Of(args[0], args[1]));
            await LiveAsync(history, $"{data.Runs:N0} runs", "late");
        }
        var lists = new HistoryLists(history, data);
        await lists.NamedAsync(cold);
        var fast = cold is not null || await lists.CombinationsAsync();
        if (cold is null)
        {
            await lists.WalkAsync();
            await PruneAsync(history, data);
        }
        await ((IAsyncDisposable)history).DisposeAsync();
        return fast ? 0 : 1;
    }

    /// <summary>Every run three times, as the projection of live work writes it.</summary>
    private static async Task LiveAsync(IRunHistory history, string at, string prefix)
    {
        var (clock, work) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        for (var first = 0; first < LiveRuns; first += Batch)
            foreach (var (state, revision) in new[] { (RunState.Dispatched, 1), (RunState.Running, 2), (RunState.Succeeded, 3) })
                await history.UpsertAsync([.. Enumerable.Range(first, Batch).Select(i => HistoryData.Live(prefix, i, state, revision))], default);
        Report($"write at {at}: {LiveRuns:N0} runs, 3 upserts each", $"{3 * LiveRuns / clock.Elapsed.TotalSeconds:N0} upserts/s, {Cost(work, 3 * LiveRuns)}");
    }

    // Two writers at a time, without the indexes: hours become minutes. The figures for writes are those of LiveAsync.
    private static async Task FillAsync(IRunHistory history, HistoryData data, HistoryIndexes? indexes)
    {
        var clock = Stopwatch.StartNew();
        if (indexes is not null) await indexes.DropAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, (data.Runs + FillBatch - 1) / FillBatch), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (batch, stop) =>
            await history.UpsertAsync([.. Enumerable.Range(batch * FillBatch, Math.Min(FillBatch, data.Runs - (batch * FillBatch))).Select(i => data[i])], stop));
        Report($"fill: {data.Runs:N0} runs, without indexes", $"{clock.Elapsed.TotalSeconds:N0} s");
        clock.Restart();
        if (indexes is not null) await indexes.CreateAsync();
        Report("make the indexes", $"{clock.Elapsed.TotalSeconds:N0} s");
    }

    private static async Task PruneAsync(IRunHistory history, HistoryData data)
    {
        var clock = Stopwatch.StartNew();
        var gone = await history.PruneAsync(DateTimeOffset.MinValue, data.Minutes + 100, DateTimeOffset.MaxValue, default);
        Report("prune where nothing is due", $"{gone} runs in {clock.Elapsed.TotalMilliseconds:N0} ms");
        clock.Restart();
        gone = await history.PruneAsync(DateTimeOffset.MinValue, data.Minutes - 10, DateTimeOffset.MaxValue, default);
        Report("prune what schedules have too many of", $"{gone} runs in {clock.Elapsed.TotalSeconds:N1} s");
        clock.Restart();
        gone = await history.PruneAsync(HistoryData.Start.AddMinutes(30), data.Minutes, DateTimeOffset.MaxValue, default);
        Report("prune by age", $"{gone} runs in {clock.Elapsed.TotalSeconds:N1} s");
    }

    // What this process itself spent: on a busy machine the figure that can be compared.
    private static string Cost(TimeSpan before, int upserts) => $"{(Environment.CpuUsage.TotalTime - before).TotalMicroseconds / upserts:N1} µs of CPU an upsert";

    private static void Report(string what, string figure) => Console.WriteLine($"{what,-60} {figure}");
}
