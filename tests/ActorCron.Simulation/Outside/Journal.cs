namespace ActorCron.Simulation.Outside;

/// <summary>What is stored under one persistence id: numbered entries and snapshots. The number is the fence: it is taken once.</summary>
public sealed class Journal(string id)
{
    private readonly SortedDictionary<long, StoredEntry> _entries = [];
    private readonly SortedDictionary<long, StoredSnapshot> _snapshots = [];

    public string Id { get; } = id;

    /// <summary>The highest number ever used; deleting entries does not lower it.</summary>
    public long Highest { get; private set; }

    public bool IsEmpty => Highest == 0;

    public int Count => _entries.Count;

    public bool IsTaken(long number) => _entries.ContainsKey(number);

    public IEnumerable<StoredEntry> After(long number)
    {
        foreach (var (at, entry) in _entries)
            if (at > number) yield return entry;
    }

    public StoredSnapshot? NewestSnapshot
    {
        get
        {
            StoredSnapshot? newest = null;
            foreach (var (_, snapshot) in _snapshots) newest = snapshot;
            return newest;
        }
    }

    public void Add(StoredEntry entry)
    {
        _entries.Add(entry.Number, entry);
        Highest = Math.Max(Highest, entry.Number);
    }

    public void Save(StoredSnapshot snapshot)
    {
        _snapshots[snapshot.Number] = snapshot;
    }

    public void DeleteEntries(long through)
    {
        while (_entries.Count > 0 && First(_entries) is var number && number <= through) _entries.Remove(number);
    }

    public void DeleteSnapshots(long through)
    {
        while (_snapshots.Count > 0 && First(_snapshots) is var number && number <= through) _snapshots.Remove(number);
    }

    private static long First<T>(SortedDictionary<long, T> sorted)
    {
        foreach (var (number, _) in sorted) return number;
        return 0;
    }
}

/// <summary>One journal entry.</summary>
public sealed record StoredEntry(long Number, object Entry, int Writer, long At);

/// <summary>A snapshot of the state after an entry.</summary>
public sealed record StoredSnapshot(long Number, object State, long At);
