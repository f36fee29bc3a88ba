using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Serialization;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Between Akka's persistent representations and documents. Whole representations are serialized by Akka's own
/// serializer for them, which keeps the event's serializer id and manifest, as the official plugin does.</summary>
internal sealed class EventCodec(ExtendedActorSystem system, bool oneDocumentAnEvent, TimeProvider clock)
{
    // The server's limit, less a margin that no estimate of ours is off by.
    private const int LargestDocument = 16 * 1024 * 1024 - 16 * 1024;

    private readonly Serializer _serializer = system.Serialization.FindSerializerForType(typeof(Persistent));

    /// <summary>The documents of one AtomicWrite: all of them or none must be stored.</summary>
    /// <exception cref="EventTooLargeException">It does not fit.</exception>
    public IReadOnlyList<EventDocument> Encode(AtomicWrite write)
    {
        var events = ((IEnumerable<IPersistentRepresentation>)write.Payload).Select(Encode).ToList();
        if (events.Count > 1 && !oneDocumentAnEvent)
            return [Checked(Several(write, events), events.Count)];
        return [.. events.Select(stored => Checked(Single(write.PersistenceId, stored), 1))];
    }

    /// <summary>The events of a document from <paramref name="from"/> to <paramref name="to"/>, oldest first.</summary>
    public IEnumerable<IPersistentRepresentation> Decode(EventDocument document, long from, long to)
    {
        foreach (var stored in document.Unfold())
        {
            if (stored.SequenceNr >= from && stored.SequenceNr <= to)
                yield return Decode(document, stored);
        }
    }

    public IPersistentRepresentation Decode(EventDocument document, StoredEvent stored)
    {
        if (document.SerializerId is { } serializer)
        {
            var payload = system.Serialization.Deserialize(stored.Payload, serializer, document.Manifest);
            return new Persistent(payload, stored.SequenceNr, document.PersistenceId, document.Manifest, document.IsDeleted,
                ActorRefs.NoSender, "", 0);
        }

        return Serialization.WithTransport(system, (_serializer, stored.Payload),
            static IPersistentRepresentation (state) => state._serializer.FromBinary<Persistent>(state.Payload));
    }

    private StoredEvent Encode(IPersistentRepresentation representation)
    {
        IReadOnlyList<string>? tags = null;
        if (representation.Payload is Tagged tagged)
        {
            representation = representation.WithPayload(tagged.Payload);
            tags = tagged.Tags.Count == 0 ? null : [.. tagged.Tags];
        }

        if (representation.Timestamp <= 0)
            representation = representation.WithTimestamp(clock.GetUtcNow().UtcTicks);
        var bytes = Serialization.WithTransport(system, (_serializer, representation),
            static state => state._serializer.ToBinary(state.representation));
        return new StoredEvent(representation.SequenceNr, bytes, tags);
    }

    private static EventDocument Single(string persistenceId, StoredEvent stored) => new()
    {
        Id = $"{persistenceId}_{stored.SequenceNr}",
        PersistenceId = persistenceId,
        SequenceNr = stored.SequenceNr,
        FirstSequenceNr = stored.SequenceNr,
        Payload = stored.Payload,
        Tags = stored.Tags,
    };

    private static EventDocument Several(AtomicWrite write, List<StoredEvent> events)
    {
        List<string> tags = [.. events.SelectMany(stored => stored.Tags ?? []).Distinct()];
        return new EventDocument
        {
            Id = $"{write.PersistenceId}_{write.LowestSequenceNr}",
            PersistenceId = write.PersistenceId,
            SequenceNr = write.HighestSequenceNr,
            FirstSequenceNr = write.LowestSequenceNr,
            Tags = tags.Count == 0 ? null : tags,
            Events = events,
        };
    }

    private static EventDocument Checked(EventDocument document, int events)
    {
        if (document.SizeBound() is var size && size > LargestDocument)
            throw new EventTooLargeException(document.PersistenceId, document.FirstSequenceNr, events, size);
        return document;
    }
}
