using ActorCron.Core;
using ActorCron.Core.Runs;
using Akka.Cluster.Sharding;

namespace ActorCron.Actors.Running;

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

    /// <summary>One entity a shard: both are named by its number.</summary>
    public static IMessageExtractor Extractor { get; } = HashCodeMessageExtractor.Create(Count,
        message => message is RunShardProtocol.IToShard m ? m.Shard.ToString(System.Globalization.CultureInfo.InvariantCulture) : null!);
}
