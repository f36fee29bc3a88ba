using Akka.Persistence.Journal;
using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>Makes the envelopes that queries emit, through the journal's event adapters.</summary>
internal sealed class EnvelopeFactory(EventCodec codec, EventAdapters adapters)
{
    /// <summary>A document's events past an offset, with the tag if one is asked for.</summary>
    public IEnumerable<EventEnvelope> InOrder(EventDocument document, string? tag, long after) =>
        from stored in document.Unfold()
        let ordering = document.OrderingOf(stored.SequenceNr)
        where ordering > after && (tag is null || stored.Tags?.Contains(tag) == true)
        from envelope in Envelopes(document, stored, ordering)
        select envelope;

    /// <summary>A document's events within the bounds; their offset is their sequence number.</summary>
    public IEnumerable<EventEnvelope> OfOne(EventDocument document, long lower, long upper) =>
        from stored in document.Unfold()
        where stored.SequenceNr >= lower && stored.SequenceNr <= upper
        from envelope in Envelopes(document, stored, stored.SequenceNr)
        select envelope;

    private IEnumerable<EventEnvelope> Envelopes(EventDocument document, StoredEvent stored, long offset)
    {
        var representation = codec.Decode(document, stored);
        var adapter = adapters.Get(representation.Payload.GetType());
        string[] tags = stored.Tags is null ? [] : [.. stored.Tags];
        return adapter.FromJournal(representation.Payload, representation.Manifest).Events.Select(adapted =>
            new EventEnvelope(new Sequence(offset), document.PersistenceId, stored.SequenceNr, adapted, representation.Timestamp, tags));
    }
}
