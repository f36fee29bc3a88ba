using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Shards;

/// <summary>The runs of one schedule that have not ended, by <see cref="LineRank"/>, each list oldest first. Every question costs the same,
/// whether there are two or a hundred thousand.</summary>
internal sealed class ScheduleLine
{
    private const int Ranks = 6;

    private readonly (LedgerSlot? First, LedgerSlot? Last, int Count)[] _lists = new (LedgerSlot?, LedgerSlot?, int)[Ranks];

    public int Count { get; private set; }

    /// <summary>Whether there is a run that is no backfill.</summary>
    public bool HasLive => CountOf(LineRank.FreeLive) + CountOf(LineRank.FreeLiveAllowed) + CountOf(LineRank.HeldLive) > 0;

    /// <summary>Whether a live run waits for others to end.</summary>
    public bool HasHeldLive => CountOf(LineRank.HeldLive) > 0;

    /// <summary>Whether a backfill may start, or has.</summary>
    public bool BackfillIsFree => CountOf(LineRank.FreeBackfill) + CountOf(LineRank.FreeBackfillAllowed) > 0;

    /// <summary>The newest live run; null where there is none.</summary>
    public LedgerSlot? NewestLive => Newer(Newer(Last(LineRank.FreeLive), Last(LineRank.FreeLiveAllowed)), Last(LineRank.HeldLive));

    public static LineRank RankOf(LedgerRun run)
    {
        var spec = run.Run.Spec;
        var backfill = spec.Trigger == RunTrigger.Backfill ? 1 : 0;
        return backfill
            + (run.Held ? LineRank.HeldLive : spec.Overlap == OverlapPolicy.Allow ? LineRank.FreeLiveAllowed : LineRank.FreeLive);
    }

    /// <summary>Who may start once a run has ended: the oldest held one, live before backfill. Nobody, while another free run is in the
    /// way: any of a schedule whose runs must not overlap, or an older one. (A newer one that may overlap comes of an edit of the schedule;
    /// such runs may never pause.)</summary>
    /// <param name="ending">Counts as gone; null for nobody.</param>
    public LedgerSlot? NextWithout(LedgerSlot? ending)
    {
        if ((First(LineRank.HeldLive) ?? First(LineRank.HeldBackfill)) is not { } next) return null;
        var inTheWay = CountOf(LineRank.FreeLive) + CountOf(LineRank.FreeBackfill) - (ending?.Rank <= LineRank.FreeBackfill ? 1 : 0);
        if (inTheWay > 0 || IsOlder(LineRank.FreeLiveAllowed, next, ending) || IsOlder(LineRank.FreeBackfillAllowed, next, ending))
            return null;
        return next;
    }

    /// <summary>All of them, oldest first.</summary>
    public List<LedgerSlot> ToList(bool liveOnly)
    {
        var all = new List<LedgerSlot>(Count);
        for (var rank = 0; rank < Ranks; rank++)
            if (!liveOnly || rank % 2 == 0)
                for (var slot = _lists[rank].First; slot is not null; slot = slot.Newer) all.Add(slot);
        all.Sort(static (a, b) => a.Place.CompareTo(b.Place));
        return all;
    }

    /// <summary>Puts a run into the list of its rank. It nearly always belongs at the end: only a run that was held may be older than
    /// others.</summary>
    public void Add(LedgerSlot slot, LineRank rank)
    {
        ref var list = ref _lists[(int)rank];
        var older = list.Last;
        while (older is not null && older.Place > slot.Place) older = older.Older;
        (slot.Line, slot.Rank, slot.Older, slot.Newer) = (this, rank, older, older is null ? list.First : older.Newer);
        if (slot.Newer is null) list.Last = slot;
        else slot.Newer.Older = slot;
        if (older is null) list.First = slot;
        else older.Newer = slot;
        list.Count++;
        Count++;
    }

    public void Remove(LedgerSlot slot)
    {
        ref var list = ref _lists[(int)slot.Rank];
        if (slot.Older is null) list.First = slot.Newer;
        else slot.Older.Newer = slot.Newer;
        if (slot.Newer is null) list.Last = slot.Older;
        else slot.Newer.Older = slot.Older;
        (slot.Line, slot.Older, slot.Newer) = (null, null, null);
        list.Count--;
        Count--;
    }

    private bool IsOlder(LineRank rank, LedgerSlot than, LedgerSlot? except)
    {
        var first = First(rank);
        if (first is not null && ReferenceEquals(first, except)) first = first.Newer;
        return first is not null && first.Place < than.Place;
    }

    private static LedgerSlot? Newer(LedgerSlot? a, LedgerSlot? b) => a is null || (b is not null && b.Place > a.Place) ? b : a;

    private LedgerSlot? First(LineRank rank) => _lists[(int)rank].First;
    private LedgerSlot? Last(LineRank rank) => _lists[(int)rank].Last;
    private int CountOf(LineRank rank) => _lists[(int)rank].Count;
}
