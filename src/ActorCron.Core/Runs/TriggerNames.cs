using System.Collections.Immutable;
using ActorCron.Core.Text;

namespace ActorCron.Core.Runs;

/// <summary>The names of run triggers in documents and messages (contract 6).</summary>
public static class TriggerNames
{
    internal static readonly WireNames<RunTrigger> Names = new(
        (RunTrigger.Schedule, "schedule"), (RunTrigger.Manual, "manual"), (RunTrigger.Backfill, "backfill"), (RunTrigger.Message, "message"));

    /// <summary>Every name, in the order of the contract.</summary>
    public static ImmutableArray<string> All => Names.All;

    public static string Of(RunTrigger trigger) => Names.Of(trigger);

    /// <summary>Case counts.</summary>
    public static bool TryParse(string name, out RunTrigger trigger) => Names.TryParse(name, out trigger);
}
