using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Serialization;

/// <summary>Puts the parts of large messages together. Unfinished ones are kept for <see cref="Longest"/> after their last part and up to
/// <see cref="MaxBytes"/> together; beyond that the one that has waited longest makes way, and its sender asks again.</summary>
/// <param name="system">Whose serializer to use.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class ParcelShelf(ActorSystem system, TimeProvider? time = null)
{
    /// <summary>A message is no larger than this.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>So long an unfinished message may wait for its next part.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MaxParts = 128;

    // What a part costs besides its bytes, so that many small ones have a bound as well.
    private const int Overhead = 1024;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, LinkedListNode<Parcel>> _byName = [];
    private readonly LinkedList<Parcel> _parcels = new(); // The one that has waited longest is the first.
    private long _bytes;

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
        var bytes = Convert.FromBase64String(part.Bytes);
        var place = PlaceOf(part);
        var parcel = place.Value;
        if (parcel.Parts[part.Index] is null)
        {
            parcel.Parts[part.Index] = bytes;
            parcel.Missing--;
            Grow(parcel, bytes.Length + Overhead);
        }
        if (parcel.Missing > 0)
        {
            Touch(place);
            return null;
        }
        Remove(place);
        return new ActorCronSerializer((ExtendedActorSystem)system).FromBinary([.. parcel.Parts.SelectMany(piece => piece!)], part.Manifest);
    }

    private LinkedListNode<Parcel> PlaceOf(MessagePart part)
    {
        if (_byName.TryGetValue(part.Parcel, out var place))
        {
            if (place.Value.Parts.Length == part.Count) return place;
            Remove(place);
        }
        place = _parcels.AddLast(new Parcel(part.Parcel, part.Count));
        _byName.Add(part.Parcel, place);
        Grow(place.Value, part.Count * IntPtr.Size);
        return place;
    }

    // It has heard of its sender just now: the others go first.
    private void Touch(LinkedListNode<Parcel> place)
    {
        place.Value.TouchedAt = _time.GetTimestamp();
        _parcels.Remove(place);
        _parcels.AddLast(place);
        while (_parcels.First is { } oldest && oldest != place && (_bytes > MaxBytes || _time.GetElapsedTime(oldest.Value.TouchedAt) > Longest)) Remove(oldest);
    }

    private void Grow(Parcel parcel, int bytes)
    {
        parcel.Bytes += bytes;
        _bytes += bytes;
    }

    private void Remove(LinkedListNode<Parcel> place)
    {
        _parcels.Remove(place);
        _byName.Remove(place.Value.Name);
        _bytes -= place.Value.Bytes;
    }

    private sealed class Parcel(string name, int count)
    {
        public string Name { get; } = name;
        public byte[]?[] Parts { get; } = new byte[]?[count];
        public int Missing { get; set; } = count;
        public long Bytes { get; set; }
        public long TouchedAt { get; set; }
    }
}
