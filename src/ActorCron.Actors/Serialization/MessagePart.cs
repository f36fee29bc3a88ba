using ActorCron.Core.Messages;

namespace ActorCron.Actors.Serialization;

/// <summary>A part of a message that is too large for one frame between nodes.</summary>
/// <param name="Shard">The shard that it goes to; -1 for other receivers.</param>
/// <param name="Parcel">Names the whole: one sending of one message.</param>
/// <param name="Index">Which part, from 0.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Manifest">Of the whole, see <see cref="ActorCronSerializer"/>.</param>
/// <param name="Bytes">Base64.</param>
public sealed record MessagePart(int Shard, string Parcel, int Index, int Count, string Manifest, string Bytes) : IToShard;
