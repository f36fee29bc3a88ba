namespace ActorCron.Core.Runs;

/// <summary>Where runs live: few, coarse shards, each one persistent entity that owns a hash range of schedules.</summary>
public static class RunShards
{
    /// <summary>Fixed for the life of the stored state: persistence ids are derived from it.</summary>
    public const int Count = 32;

    /// <summary>The sharding type name.</summary>
    public const string Region = "runs";

    /// <summary>The shard that owns a run.</summary>
    public static int Of(string runId) => StableHash.Bucket(RunId.ShardKey(runId), Count);

    public static string PersistenceId(int shard) => $"runs-{shard}";
}
