using System.Diagnostics;
using System.Globalization;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using ActorCron.Hosting.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCron.Benchmarks;

/// <summary>COUNT no-op schedules due at one instant, on one node, until every run is recorded as succeeded. The baseline of the same run is
/// what the same machine's disk allows a program that stores each run's end in a transaction of its own.</summary>
internal static class EndToEndBenchmark
{
    public static Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 && int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 20_000;
        return ScratchNode.WithAsync(args, async (configuration, folder) =>
        {
            var baseline = await OneWriteARunAsync(folder, Math.Min(count, 2000));
            await using var node = await ActorCronNode.StartAsync(configuration, type => type == "noop" ? new Nothing() : null, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            var isMeasured = await MeasureAsync(node.Gateway, count, baseline);
            await node.StopAsync();
            return isMeasured ? 0 : 1;
        });
    }

    private static async Task<bool> MeasureAsync(ICronGateway gateway, int count, double baseline)
    {
        var import = Stopwatch.StartNew();
        var due = Due(count);
        for (var at = 0; at < count; at += 1000)
        {
            await gateway.PutManyAsync([.. Enumerable.Range(at, Math.Min(1000, count - at)).Select(i => new Schedule
            {
                Id = $"bench/{i}", User = $"user-{i % 7}", Time = new TimeSpec { At = due }, Job = new JobSpec("noop", "{}"),
            })], dryRun: false, CancellationToken.None);
        }
        Console.WriteLine($"stored     {count} schedules, {count / import.Elapsed.TotalSeconds:0}/s");
        if (TimeProvider.System.GetUtcNow() >= due)
        {
            Console.Error.WriteLine("Storing took until after the schedules were due, so some have nothing to run: try again with fewer, or on a quieter machine.");
            return false;
        }
        var ended = await LastEndAsync(gateway, due, count);
        var rate = count / (ended - due).TotalSeconds;
        Console.WriteLine($"end to end {count} runs in {(ended - due).TotalSeconds:0.00} s after they were due: {rate:0} runs/s");
        Console.WriteLine($"baseline   {baseline:0} runs/s with one SQLite transaction a run; ratio {rate / baseline:0.0}");
        return true;
    }

    private static DateTimeOffset Due(int count)
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(5 + (count / 4000));
        return due.AddTicks(-(due.Ticks % TimeSpan.TicksPerSecond));
    }

    private static async Task<DateTimeOffset> LastEndAsync(ICronGateway gateway, DateTimeOffset due, int count)
    {
        while (true)
        {
            await Task.Delay(250);
            var runs = await AllAsync(gateway, due);
            if (runs.Count == count) return runs.Max(run => run.Finished!.Value);
        }
    }

    private static async Task<List<Run>> AllAsync(ICronGateway gateway, DateTimeOffset due)
    {
        var runs = new List<Run>();
        var waiting = await gateway.ListRunsAsync(new RunQuery { From = due, States = [RunState.Dispatched, RunState.Running], Limit = 1 }, CancellationToken.None);
        if (waiting.Items.Count > 0) return runs;
        string? after = null;
        do
        {
            var page = await gateway.ListRunsAsync(new RunQuery { From = due, States = [RunState.Succeeded], Limit = 1000, After = after }, CancellationToken.None);
            runs.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return runs;
    }

    private static async Task<double> OneWriteARunAsync(string folder, int count)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "baseline.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE run (id TEXT PRIMARY KEY, state TEXT)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "INSERT INTO run VALUES ($id, 'succeeded')";
        var id = command.Parameters.Add("$id", SqliteType.Text);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            id.Value = $"bench/{i}";
            await command.ExecuteNonQueryAsync();
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    private sealed class Nothing : IJobHandler
    {
        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) => Task.FromResult(JobResult.Succeeded);
    }
}
