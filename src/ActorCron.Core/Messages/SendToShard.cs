using ActorCron.Core.Machines;

namespace ActorCron.Core.Messages;

/// <summary>Send a message to the run shard that it names.</summary>
/// <param name="Message">The message.</param>
public sealed record SendToShard(IToShard Message) : Effect;
