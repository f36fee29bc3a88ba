using System.Globalization;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Cluster.Sharding;

namespace ActorCron.Actors.Running;

/// <summary>How Akka's sharding finds the entity of a run shard.</summary>
public static class RunRegion
{
    /// <summary>One entity a shard: both are named by its number.</summary>
    public static IMessageExtractor Extractor { get; } = HashCodeMessageExtractor.Create(RunShards.Count,
        message => message is IToShard m ? m.Shard.ToString(CultureInfo.InvariantCulture) : null!);
}
