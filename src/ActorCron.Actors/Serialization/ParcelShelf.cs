using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Serialization;

/// <summary>Puts the parts of large messages together. Holds a few unfinished ones; the oldest makes way, and its sender asks again.</summary>
internal sealed class ParcelShelf(ActorSystem system)
{
    private const int MaxParcels = 8;
    private const int MaxParts = 128;

    private readonly LinkedList<Parcel> _parcels = new();

    /// <summary>Takes a part in; answers the message once it is whole. What makes no message is logged and passed over: its receiver lives on.</summary>
    public object? Add(MessagePart part)
    {
        try
        {
            return Put(part);
        }
        catch (Exception cause) when (cause is SerializationException or FormatException)
        {
            system.Log.Error(cause, "A message of {0} parts could not be read", part.Count);
            return null;
        }
    }

    private object? Put(MessagePart part)
    {
        if (part.Count is < 1 or > MaxParts || part.Index < 0 || part.Index >= part.Count) throw new SerializationException($"Part {part.Index} of {part.Count} of a message makes no sense.");
        var parcel = _parcels.FirstOrDefault(known => known.Name == part.Parcel && known.Parts.Length == part.Count);
        if (parcel is null)
        {
            _parcels.AddLast(parcel = new Parcel(part.Parcel, new byte[]?[part.Count]));
            if (_parcels.Count > MaxParcels) _parcels.RemoveFirst();
        }
        parcel.Parts[part.Index] = Convert.FromBase64String(part.Bytes);
        if (Array.Exists(parcel.Parts, bytes => bytes is null)) return null;
        _parcels.Remove(parcel);
        return new ActorCronSerializer((ExtendedActorSystem)system).FromBinary([.. parcel.Parts.SelectMany(bytes => bytes!)], part.Manifest);
    }

    private sealed record Parcel(string Name, byte[]?[] Parts);
}
