namespace ActorCron.Core.Machines;

/// <summary>Which journal entries are no longer needed. An entry goes once a snapshot holds it, that snapshot is not the newest one, and
/// it is old enough: a writer that was paused before the entry was written has by then learned that it is no longer the owner.</summary>
/// <param name="trimAfter">How long an entry stays at least.</param>
internal sealed class SnapshotLog(TimeSpan trimAfter)
{
    // Bounded by the time that entries are kept: older ones leave when the next is saved.
    private readonly Queue<(long Number, TimeSpan At)> _saved = new();
    private long _newest;

    /// <summary>A snapshot was saved; answers up to which number entries may be deleted, 0 for none.</summary>
    public long Saved(long number, TimeSpan elapsed)
    {
        if (number <= _newest) return 0;
        _newest = number;
        var upTo = 0L;
        while (_saved.TryPeek(out var oldest) && elapsed - oldest.At >= trimAfter) upTo = _saved.Dequeue().Number;
        _saved.Enqueue((number, elapsed));
        return upTo;
    }
}
