using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>The place of a run on the books. It is a node of two lists, so that adding and removing cost the same however many there are:
/// all runs in the order of their registration, and those of its <see cref="ScheduleLine"/>.</summary>
internal sealed class LedgerSlot(LedgerRun run, long place)
{
    /// <summary>The run as it now is.</summary>
    public LedgerRun Run { get; set; } = run;

    /// <summary>Grows with each registration; an older run has a smaller one.</summary>
    public long Place { get; } = place;

    /// <summary>A note of the shard's; not stored. The sweep that the run's present state was first seen in, and so on.</summary>
    public int Mark { get; set; }

    public LedgerSlot? Before { get; set; }
    public LedgerSlot? After { get; set; }

    public ScheduleLine? Line { get; set; }
    public LineRank Rank { get; set; }
    public LedgerSlot? Older { get; set; }
    public LedgerSlot? Newer { get; set; }

    public string Id => Run.Run.Spec.Id;
}

/// <summary>Where a run stands in its schedule's line. Free runs may start, or have; held ones wait for others to end.</summary>
internal enum LineRank
{
    FreeLive,
    FreeBackfill,

    /// <summary>Free, of a schedule whose runs may overlap.</summary>
    FreeLiveAllowed,
    FreeBackfillAllowed,
    HeldLive,
    HeldBackfill,
}
