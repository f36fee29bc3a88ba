using ActorCron.Core.Messages;
using Akka.Actor;

namespace ActorCron.Actors.Serialization;

/// <summary>Sends messages that may be larger than a frame (4 MiB): the output of a batch's split, the results that its reduce gets.
/// A receiver puts the parts together with a <see cref="ParcelShelf"/>. As with any message, none, or not all, may arrive: the sender asks again.</summary>
internal static class Parcels
{
    // As JSON, and in the worst case, that is 1.5 MiB.
    private const int PlainLength = 256 * 1024;

    private const int PartBytes = 512 * 1024;

    /// <summary>Sends a message, in parts where its text is long.</summary>
    /// <param name="to">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="shard">The shard that it goes to; -1 for other receivers.</param>
    /// <param name="sender">In whose name.</param>
    /// <param name="system">Whose serializer to use.</param>
    public static void Send(ICanTell to, IWireMessage message, int shard, IActorRef sender, ActorSystem system)
    {
        // The usual message costs nothing here.
        if (MessageSize.TextOf(message) <= PlainLength) to.Tell(message, sender);
        else foreach (var part in Parts(message, shard, system)) to.Tell(part, sender);
    }

    /// <summary>The message itself, or its parts in order. Whoever sends the last one is answered.</summary>
    public static IReadOnlyList<IWireMessage> Parts(IWireMessage message, int shard, ActorSystem system)
    {
        if (MessageSize.TextOf(message) <= PlainLength) return [message];
        var serializer = new ActorCronSerializer((ExtendedActorSystem)system);
        var (parcel, manifest) = (Guid.NewGuid().ToString("N"), serializer.Manifest(message));
        var chunks = serializer.ToBinary(message).Chunk(PartBytes).ToList();
        return [.. chunks.Select((bytes, i) => new MessagePart(shard, parcel, i, chunks.Count, manifest, Convert.ToBase64String(bytes)))];
    }
}
