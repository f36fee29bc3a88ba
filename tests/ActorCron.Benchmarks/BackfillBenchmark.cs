using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using ActorCron.Actors.Gateway;
using ActorCron.Hosting.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCron.Benchmarks;

/// <summary>COUNT minutes of one no-op schedule are backfilled on one node, while 64 other schedules run every other second: how long it takes,
/// and how late the others start meanwhile.</summary>
internal static class BackfillBenchmark
{
    private const int Neighbours = 64;
    private const string Filled = "bench/filled";

    public static Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 && int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 100_000;
        var overlap = args.Contains("queue") ? OverlapPolicy.Queue : OverlapPolicy.Allow;
        return ScratchNode.WithAsync(["actorcron.scheduler.catch-up-rate=10000", .. args], async (configuration, _) =>
        {
            var job = new Noted();
            await using var node = await ActorCronNode.StartAsync(configuration, _ => job, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            while (!(await node.Gateway.GetReadinessAsync(CancellationToken.None)).IsReady) await Task.Delay(100);
            var isDone = await MeasureAsync(node.Gateway, job, count, overlap);
            await node.StopAsync();
            return isDone ? 0 : 1;
        });
    }

    private static async Task<bool> MeasureAsync(ICronGateway gateway, Noted job, int count, OverlapPolicy overlap)
    {
        for (var i = 0; i < Neighbours; i++) await PutAsync(gateway, $"bench/neighbour-{i}", "*/2 * * * * *", OverlapPolicy.Allow);
        await PutAsync(gateway, Filled, "* * * * *", overlap);
        await Task.Delay(TimeSpan.FromSeconds(6));
        var quiet = job.TakeLateness();

        var to = TimeProvider.System.GetUtcNow().AddHours(-1);
        to = to.AddTicks(-(to.Ticks % TimeSpan.TicksPerMinute));
        var clock = Stopwatch.StartNew();
        var made = await gateway.BackfillAsync(Filled, new Backfill(to.AddMinutes(1 - count), to), CancellationToken.None);
        Console.WriteLine($"backfill   {made!.CreatedCount} runs of a schedule with overlap '{overlap}' on record after {clock.Elapsed.TotalSeconds:0.0} s");
        while (await HasOpenAsync(gateway))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(20)) return false;
            await Task.Delay(100);
        }
        var took = clock.Elapsed;
        Console.WriteLine($"executed   {job.Filled} in {took.TotalSeconds:0.0} s: {count / took.TotalSeconds:0} runs/s, {job.Twice} of them twice");
        Say("before", quiet);
        Say("meanwhile", job.TakeLateness());
        return job.Filled >= count; // A minute of its own may have passed meanwhile.
    }

    private static Task PutAsync(ICronGateway gateway, string id, string cron, OverlapPolicy overlap) => gateway.PutAsync(
        new Schedule { Id = id, User = id, Time = new TimeSpec { Cron = cron }, Job = new JobSpec("noop", "{}"), Overlap = overlap },
        Precondition.None, CancellationToken.None);

    private static async Task<bool> HasOpenAsync(ICronGateway gateway)
    {
        var open = new RunQuery { Schedule = Filled, States = [RunState.Dispatched, RunState.Running, RunState.Retrying], Limit = 1, To = TimeProvider.System.GetUtcNow().AddMinutes(-30) };
        return (await gateway.ListRunsAsync(open, CancellationToken.None)).Items.Count > 0;
    }

    private static void Say(string when, List<double> seconds)
    {
        seconds.Sort();
        if (seconds.Count > 0) Console.WriteLine($"{when,-10} neighbours' starts: {seconds.Count}, p50 {At(0.5):0} ms, p99 {At(0.99):0} ms, latest {At(1):0} ms");
        double At(double share) => seconds[Math.Min(seconds.Count - 1, (int)(share * seconds.Count))] * 1000;
    }

    private sealed class Noted : IJobHandler
    {
        private readonly ConcurrentDictionary<string, bool> _filled = new();
        private ConcurrentQueue<double> _lateness = new();
        private int _twice;

        public int Filled => _filled.Count;
        public int Twice => _twice;

        public List<double> TakeLateness() => [.. Interlocked.Exchange(ref _lateness, new())];

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            if (context.Schedule != BackfillBenchmark.Filled) _lateness.Enqueue((TimeProvider.System.GetUtcNow() - context.ScheduledFor).TotalSeconds);
            else if (!_filled.TryAdd(context.RunId, true)) Interlocked.Increment(ref _twice);
            return Task.FromResult(JobResult.Succeeded);
        }
    }
}
