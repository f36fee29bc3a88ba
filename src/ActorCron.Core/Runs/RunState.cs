namespace ActorCron.Core.Runs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>On record and handed to its queue, or about to be; no worker has taken it.</summary>
    Dispatched,
    Running,
    /// <summary>An attempt failed; the next one waits for its time.</summary>
    Retrying,
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    /// <summary>Not executed: the overlap policy said so.</summary>
    Skipped,
    /// <summary>Not executed: older than its catch-up window allowed.</summary>
    Missed,
    /// <summary>Cannot be executed at all; its message is among the dead letters.</summary>
    Dead,
}

/// <summary>Questions about a <see cref="RunState"/>.</summary>
public static class RunStates
{
    /// <summary>Whether a run in this state has ended.</summary>
    public static bool IsFinished(this RunState state) => state is not (RunState.Dispatched or RunState.Running or RunState.Retrying);
}
