using MongoDB.Bson.Serialization.Attributes;

namespace ActorCron.Persistence.MongoDb;

/// <summary>One document of the journal: one AtomicWrite. With one event it has exactly the fields of the official
/// plugin; with several, <see cref="Events"/> holds them, and the document covers the sequence numbers from
/// <see cref="FirstSequenceNr"/> to <see cref="SequenceNr"/>. Since one document is written or not written, so are they.</summary>
[BsonSerializer(typeof(EventDocumentSerializer))]
internal sealed class EventDocument
{
    /// <summary>Persistence id, underscore, first sequence number: the fence against a second writer.</summary>
    public required string Id { get; init; }

    public required string PersistenceId { get; init; }

    /// <summary>The last sequence number that the document holds.</summary>
    public required long SequenceNr { get; init; }

    /// <summary>The first one that is left; differs from <see cref="SequenceNr"/> only with <see cref="Events"/>.</summary>
    public required long FirstSequenceNr { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>The single event; null when <see cref="Events"/> holds several.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>Set on old rows of the official plugin alone: <see cref="Payload"/> is then the bare event.</summary>
    public int? SerializerId { get; init; }

    public string Manifest { get; init; } = "";

    /// <summary>The last event's place among all events of the journal; the others precede it without a gap.</summary>
    public long Ordering { get; set; }

    /// <summary>Null when untagged; those of all events of the document.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<StoredEvent>? Events { get; init; }

    public int Count => Events?.Count ?? 1;

    /// <summary>The documents' events, oldest first, each with its own place.</summary>
    public IEnumerable<StoredEvent> Unfold() =>
        Events ?? [new StoredEvent(SequenceNr, Payload ?? throw NoPayload(), Tags)];

    /// <summary>The place of the event with this sequence number, which must be one of the document's.</summary>
    public long OrderingOf(long sequenceNr) => Ordering - (SequenceNr - sequenceNr);

    /// <summary>About the size that the server will count, in bytes; never below it.</summary>
    public int SizeBound() =>
        512 + 8 * PersistenceId.Length + SizeOf(Payload, Tags) + (Events?.Sum(e => 64 + SizeOf(e.Payload, e.Tags)) ?? 0) +
        (Events is null ? 0 : SizeOf(null, Tags));

    private static int SizeOf(byte[]? payload, IReadOnlyList<string>? tags) =>
        (payload?.Length ?? 0) + (tags?.Sum(tag => 16 + 3 * tag.Length) ?? 0);

    private InvalidOperationException NoPayload() => new(
        $"Document {Id} has no binary payload. If it was written with legacy-serialization = on, convert it with the " +
        "official plugin first: BSON objects are not read here.");
}
