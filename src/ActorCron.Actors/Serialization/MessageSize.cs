using ActorCron.Core.Messages;

namespace ActorCron.Actors.Serialization;

/// <summary>About how much text a message carries: what decides whether it travels in parts.</summary>
internal static class MessageSize
{
    public static long TextOf(object message) => message switch
    {
        PendingRuns pending => pending.Items.Sum(item => (long)item.Spec.Job.Params.Length),
        ExecuteRun execute => execute.Spec.Job.Params.Length,
        ReportAttempt report => report.Result.Output?.Length ?? 0,
        ReportExternal report => report.Result.Output?.Length ?? 0,
        RegisterRuns register => register.Runs.Sum(run => (long)run.Spec.Job.Params.Length),
        _ => 0,
    };
}
