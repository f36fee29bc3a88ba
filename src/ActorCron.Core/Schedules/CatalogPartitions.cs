namespace ActorCron.Core.Schedules;

/// <summary>The catalogue's partitions: each a persistent actor with its own journal and snapshots, so that a million schedules
/// neither make one document too large nor one recovery too long.</summary>
public static class CatalogPartitions
{
    /// <summary>Fixed for the life of the stored state: persistence ids are derived from it.</summary>
    public const int Count = 32;

    /// <summary>The partition that holds a schedule.</summary>
    public static int Of(string scheduleId) => StableHash.Bucket(scheduleId, Count);

    public static string PersistenceId(int partition) => $"catalog-{partition}";
}
