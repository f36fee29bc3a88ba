using ActorCron.Core.Text;

namespace ActorCron.Core.Time;

/// <summary>The wire names of what becomes of local times at a clock change (contract 5).</summary>
internal static class DstNames
{
    public static readonly WireNames<DstGap> Gap = new((DstGap.Fire, "fire"), (DstGap.Skip, "skip"));

    public static readonly WireNames<DstOverlap> Overlap = new(
        (DstOverlap.First, "first"), (DstOverlap.Second, "second"), (DstOverlap.Both, "both"));
}
