namespace ActorCron.Core.Shards;

/// <summary>The newest occurrence that each schedule had a run for: a newer one is new for certain, without a look into the
/// history.</summary>
/// <remarks>Grows by one with each schedule, also those of one occurrence. Above <paramref name="max"/> the older half goes, and the floor
/// rises to the newest that went: for a schedule that is not here, what is not newer than the floor needs a look into the
/// history.</remarks>
/// <param name="max">Schedules at most.</param>
internal sealed class LatestOccurrences(int max)
{
    private readonly Dictionary<ulong, long> _latest = [];

    /// <summary>The newest second of a schedule that has been dropped; null while none was.</summary>
    public long? Floor { get; private set; }

    public int Count => _latest.Count;

    /// <summary>Whether an occurrence may have been seen before.</summary>
    public bool MayHave(ulong schedule, long second) => _latest.TryGetValue(schedule, out var latest) ? second <= latest : second <= Floor;

    public void Seen(ulong schedule, long second)
    {
        // At or below the floor the history is asked in any case.
        if (!_latest.TryGetValue(schedule, out var latest) ? second <= Floor : second <= latest) return;
        _latest[schedule] = second;
        if (_latest.Count > max) Shrink();
    }

    public LatestOccurrence[] ToSnapshot()
    {
        var all = new LatestOccurrence[_latest.Count];
        var i = 0;
        // Sorted, since the table's own order depends on what came and went.
        foreach (var (schedule, second) in _latest) all[i++] = new LatestOccurrence(schedule, second);
        Array.Sort(all, static (a, b) => a.Schedule.CompareTo(b.Schedule));
        return all;
    }

    public void Restore(IReadOnlyList<LatestOccurrence> latest, long? floor)
    {
        Floor = floor;
        foreach (var one in latest) _latest[one.Schedule] = one.Second;
        if (_latest.Count > max) Shrink();
    }

    // Which go follows from their seconds alone, not from the table's order.
    private void Shrink()
    {
        var seconds = new long[_latest.Count];
        _latest.Values.CopyTo(seconds, 0);
        Array.Sort(seconds);
        var floor = seconds[seconds.Length / 2];
        foreach (var (schedule, second) in _latest)
            if (second <= floor) _latest.Remove(schedule);
        Floor = floor;
    }
}
