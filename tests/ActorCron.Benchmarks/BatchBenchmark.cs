using System.Globalization;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using ActorCron.Hosting.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCron.Benchmarks;

/// <summary>One batch of COUNT items that do nothing, on one node, from its begin to the end of its reduce.</summary>
internal static class BatchBenchmark
{
    public static Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 && int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : BatchJob.MaxItems;
        return ScratchNode.WithAsync(args, async (configuration, _) =>
        {
            await using var node = await ActorCronNode.StartAsync(configuration, _ => new Step(count), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            while (!(await node.Gateway.GetReadinessAsync(CancellationToken.None)).IsReady) await Task.Delay(100);
            await node.Gateway.PutAsync(new Schedule
            {
                Id = "bench/batch", User = "bench", Time = new TimeSpec { At = TimeProvider.System.GetUtcNow().AddDays(1) },
                Job = new JobSpec(BatchJob.Type, """{"split":{"type":"list"},"map":"work","reduce":{"type":"count"}}"""),
            }, Precondition.None, CancellationToken.None);
            var id = (await node.Gateway.TriggerAsync(new TriggerRequest("bench/batch"), CancellationToken.None))!.Spec.Id;
            Run? run;
            do await Task.Delay(100);
            while ((run = await node.Gateway.GetRunAsync(id, CancellationToken.None)) is not { Finished: not null });
            var took = run.Finished!.Value - run.Started!.Value;
            Console.WriteLine($"batch      {run.State} {run.Error}: {run.Batch!.Succeeded} of {run.Batch.Items} items in {took.TotalSeconds:0.00} s: {count / took.TotalSeconds:0} items/s");
            await node.StopAsync();
            return run.State == RunState.Succeeded ? 0 : 1;
        });
    }

    private sealed class Step(int count) : IJobHandler
    {
        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            if (context.Batch?.Role == BatchRole.Split) context.Output.Append($"[{string.Join(',', Enumerable.Range(0, count))}]");
            return Task.FromResult(JobResult.Succeeded);
        }
    }
}
