using ActorCron.Core.Text;


namespace ActorCron.Core.Schedules;

/// <summary>The wire names of a schedule's policies (contract 5).</summary>
internal static class PolicyNames
{
    public static readonly WireNames<CatchUpPolicy> CatchUp = new(
        (CatchUpPolicy.None, "none"), (CatchUpPolicy.Latest, "latest"), (CatchUpPolicy.All, "all"));

    public static readonly WireNames<OverlapPolicy> Overlap = new(
        (OverlapPolicy.Allow, "allow"), (OverlapPolicy.Skip, "skip"), (OverlapPolicy.Queue, "queue"), (OverlapPolicy.Replace, "replace"));

    public static readonly WireNames<ExecutionGuarantee> Execution = new(
        (ExecutionGuarantee.AtLeastOnce, "atLeastOnce"), (ExecutionGuarantee.AtMostOnce, "atMostOnce"));
}
