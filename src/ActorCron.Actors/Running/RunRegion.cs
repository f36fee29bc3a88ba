using System.Globalization;
using ActorCron.Core.Messages;
using Akka.Cluster.Sharding;

namespace ActorCron.Actors.Running;

/// <summary>How Akka's sharding finds the entity of a run shard. Each is a shard of Akka's of its own, under its number, so that they
/// spread evenly over the nodes. Nodes of 0.1.0 hashed them onto fewer shards: nodes of both must not be in one cluster.</summary>
public sealed class RunRegion : IMessageExtractor
{
    /// <summary>The only one.</summary>
    public static readonly RunRegion Extractor = new();

    private RunRegion() { }

    /// <inheritdoc />
    public string EntityId(object message) => message is IToShard to ? to.Shard.ToString(CultureInfo.InvariantCulture) : null!;

    /// <inheritdoc />
    public object EntityMessage(object message) => message;

    /// <inheritdoc />
    public string ShardId(object message) => EntityId(message);

    /// <inheritdoc />
    public string ShardId(string entityId, object? messageHint = null) => entityId;
}
