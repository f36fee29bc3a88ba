namespace ActorCron.Core.Scheduling;

/// <summary>What the scheduler knows of its partitions: which of them it waits for, and when something is due in each.</summary>
internal sealed class PartitionBoard(int partitions)
{
    private readonly DateTimeOffset?[] _nextDue = new DateTimeOffset?[partitions];
    private readonly bool[] _awaited = new bool[partitions];
    private int _awaiting;

    /// <summary>How many there are.</summary>
    public int Count => partitions;

    /// <summary>Whether there is one of this number.</summary>
    public bool Has(int partition) => (uint)partition < (uint)partitions;

    /// <summary>Whether all have answered.</summary>
    public bool AllAnswered => _awaiting == 0;

    /// <summary>When something is due next in any of them; null while nothing is.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var due in _nextDue)
                if (due is not null && (next is null || due < next)) next = due;
            return next;
        }
    }

    /// <summary>Waits for an answer of each.</summary>
    public void AwaitAll()
    {
        Array.Fill(_awaited, true);
        _awaiting = partitions;
    }

    /// <summary>Notes an answer; false where it was not awaited.</summary>
    public bool Answered(int partition)
    {
        if (!Has(partition) || !_awaited[partition]) return false;
        _awaited[partition] = false;
        _awaiting--;
        return true;
    }

    /// <summary>Notes when something is due next in one of them.</summary>
    public void Note(int partition, DateTimeOffset? nextDue) => _nextDue[partition] = nextDue;
}
