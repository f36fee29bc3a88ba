using System.Collections.Immutable;
using ActorCron.Core.Text;

namespace ActorCron.Core.Runs;

/// <summary>The names of run states in documents, queries and metrics (contract 6).</summary>
public static class RunStateNames
{
    private static readonly WireNames<RunState> Names = new(
        (RunState.Dispatched, "dispatched"), (RunState.Running, "running"), (RunState.Retrying, "retrying"), (RunState.Succeeded, "succeeded"),
        (RunState.Failed, "failed"), (RunState.TimedOut, "timedOut"), (RunState.Cancelled, "cancelled"), (RunState.Skipped, "skipped"),
        (RunState.Missed, "missed"), (RunState.Dead, "dead"));

    /// <summary>Every name, in the order of the contract.</summary>
    public static ImmutableArray<string> All => Names.All;

    public static string Of(RunState state) => Names.Of(state);

    /// <summary>Case counts.</summary>
    public static bool TryParse(string name, out RunState state) => Names.TryParse(name, out state);
}
