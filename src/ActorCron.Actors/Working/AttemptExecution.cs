using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Working;

/// <summary>One attempt while it executes here: bounded by its timeout, stopped on request, never able to take its worker down.</summary>
internal sealed class AttemptExecution(JobContext context, IJobHandler handler, TimeSpan timeout, TimeSpan cancelGrace, TimeProvider time)
{
    private readonly CancellationTokenSource _cancelled = new();
    private string? _cancelReason;

    public JobContext Context => context;

    /// <summary>Asks the handler to stop; the attempt then ends as cancelled.</summary>
    public void Cancel(string reason)
    {
        _cancelReason ??= reason;
        // Handlers may run code of their own on cancellation: not on the caller's thread.
        _ = _cancelled.CancelAsync();
    }

    /// <summary>Runs the handler off the caller's thread. Never throws.</summary>
    public async Task<AttemptResult> RunAsync()
    {
        await Task.Yield();
        using var timedOut = new CancellationTokenSource(timeout < MaxTimer ? timeout : MaxTimer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancelled.Token, timedOut.Token);
        try
        {
            var running = handler.RunAsync(context, either.Token);
            var result = await WithGrace(running, either.Token);
            return Judge(result, timedOut.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Judge(null, timedOut.IsCancellationRequested);
        }
        catch (Exception cause)
        {
            return new AttemptResult(RunState.Failed, Output: context.Output.ToString(), Error: $"{cause.GetType().Name}: {cause.Message}");
        }
    }

    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(45);

    private async Task<JobResult?> WithGrace(Task<JobResult> running, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(running, stopped.Task) == running) return await running;
        var grace = Task.Delay(cancelGrace, time, CancellationToken.None);
        if (await Task.WhenAny(running, grace) == running) return await running;
        context.Output.AppendLine($"[actorcron] the handler did not stop within {cancelGrace.TotalSeconds:0} s and was given up");
        return null;
    }

    private AttemptResult Judge(JobResult? result, bool timedOut)
    {
        var output = context.Output.ToString();
        if (result is { Error: null } && context is { Batch.Role: BatchRole.Split, Output.IsCut: true })
            return new AttemptResult(RunState.Failed, result.ExitCode, JobOutput.Bounded(output), SplitOutput.TooLong, Permanent: true);
        if (result is { Error: null }) return new AttemptResult(RunState.Succeeded, result.ExitCode, output);
        if (_cancelReason is { } reason) return new AttemptResult(RunState.Cancelled, result?.ExitCode, output, reason);
        if (timedOut) return new AttemptResult(RunState.TimedOut, result?.ExitCode, output, $"it did not end within {timeout.TotalSeconds:0.###} s");
        return new AttemptResult(RunState.Failed, result?.ExitCode, output, result?.Error ?? "cancelled by itself", result?.Permanent ?? false);
    }
}
