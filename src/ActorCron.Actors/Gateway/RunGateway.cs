using ActorCron.Actors.Nodes;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Actor;

namespace ActorCron.Actors.Gateway;

/// <summary>Runs: shown, listed, cancelled, tried again.</summary>
internal sealed class RunGateway(ActorSystem system, ClusterQuestions cluster, IRunHistory history, TimeProvider time) : IRunGateway
{
    private static readonly TimeSpan HistoryLag = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HistoryLook = TimeSpan.FromMilliseconds(5);

    public async Task<Run?> GetRunAsync(string runId, CancellationToken cancellationToken)
    {
        var answer = await cluster.AskShardAgain<RunAnswer>(new GetRun(RunShards.Of(runId), runId), cancellationToken);
        // A shard keeps what has ended until the history has it. Whoever hears that a run has ended finds it so in the next list, too.
        for (var asked = time.GetTimestamp(); answer.Run?.State.IsFinished() == true && time.GetElapsedTime(asked) < HistoryLag;)
        {
            await Task.Delay(HistoryLook, time, cancellationToken);
            answer = await cluster.AskShardAgain<RunAnswer>(new GetRun(RunShards.Of(runId), runId), cancellationToken);
        }
        if (answer.Run is not { } run) return await Bound.On(history.GetAsync(runId, cancellationToken), "The run history");
        return run is { State: RunState.Running, Node: not null } ? run with { Output = await LiveOutput(run, cancellationToken) } : run;
    }

    public Task<RunPage> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) =>
        Bound.On(history.ListAsync(query, cancellationToken), "The run history");

    /// <summary>Where retention has removed executed runs of a schedule; null where it has removed none.</summary>
    public async Task<PrunedSpan?> PrunedSpanAsync(string schedule, CancellationToken cancellationToken)
    {
        var spans = await Bound.On(history.PrunedSpansAsync([schedule], cancellationToken), "The run history");
        return spans.TryGetValue(schedule, out var span) ? span : null;
    }

    public async Task<RunCommandOutcome> CancelRunAsync(string runId, CancellationToken cancellationToken)
    {
        var command = new CancelRun(RunShards.Of(runId), runId, "cancelled by an operator");
        var answer = await cluster.AskShard<RunCommandAnswer>(command, cancellationToken);
        if (answer.Kind != RunCommandKind.NotFound) return new RunCommandOutcome(answer.Kind, answer.Run, answer.Reason);
        return await Bound.On(history.GetAsync(runId, cancellationToken), "The run history") is { } ended
            ? new RunCommandOutcome(RunCommandKind.Refused, ended, $"it has ended: {RunStateNames.Of(ended.State)}")
            : new RunCommandOutcome(RunCommandKind.NotFound);
    }

    public async Task<RunCommandOutcome> RetryRunAsync(string runId, CancellationToken cancellationToken)
    {
        // What has succeeded is never executed again; whoever wants its work once more triggers the schedule, which makes a run of its own.
        if (await GetRunAsync(runId, cancellationToken) is { State: RunState.Succeeded } succeeded)
            return new RunCommandOutcome(RunCommandKind.Refused, succeeded, "it has succeeded: trigger its schedule for a further run");
        var answer = await cluster.AskShard<RunCommandAnswer>(new RetryRun(RunShards.Of(runId), runId), cancellationToken);
        return new RunCommandOutcome(answer.Kind, answer.Run, answer.Reason);
    }

    private async Task<string?> LiveOutput(Run run, CancellationToken cancellationToken)
    {
        try
        {
            var question = new GetOutput(run.Spec.Id, run.Attempt);
            return (await WorkerPath.On(system, run.Node!).Ask<RunOutput>(question, Bound.LifeSign, cancellationToken)).Output;
        }
        catch (AskTimeoutException)
        {
            return null; // An outside worker, or one that is gone: the run itself is still worth an answer.
        }
    }
}
