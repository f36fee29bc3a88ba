namespace ActorCron.Core.Machines;

/// <summary>How a machine's events are stored.</summary>
/// <param name="SnapshotEvery">Journal entries between snapshots.</param>
public sealed record CommitSettings(int SnapshotEvery)
{
    /// <summary>About how many bytes one entry may take.</summary>
    public int MaxEntryBytes { get; init; } = 1024 * 1024;

    /// <summary>About how many bytes one entry may take where a snapshot is overdue, which needs an entry that leaves nothing waiting.</summary>
    public int MaxOverdueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Entries stay at least this long, even when a later snapshot holds them: a writer that was frozen meanwhile and still believes
    /// in itself then finds its next number taken. Longer than <see cref="MaxSilence"/>.</summary>
    public TimeSpan TrimAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After a silence of this length a writer must take itself for replaced: its next number may have been written and trimmed.</summary>
    public TimeSpan MaxSilence { get; init; } = TimeSpan.FromMinutes(1);
}
