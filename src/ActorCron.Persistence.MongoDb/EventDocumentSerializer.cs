using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Reads and writes an <see cref="EventDocument"/> field by field: no reflection, no document tree between.
/// Unknown fields are skipped, so that newer versions may add some.</summary>
internal sealed class EventDocumentSerializer : SerializerBase<EventDocument>
{
    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, EventDocument value)
    {
        var writer = context.Writer;
        writer.WriteStartDocument();
        writer.WriteString(MongoDocuments.Id, value.Id);
        writer.WriteString(MongoDocuments.PersistenceId, value.PersistenceId);
        writer.WriteInt64(MongoDocuments.SequenceNr, value.SequenceNr);
        writer.WriteBoolean(MongoDocuments.IsDeleted, value.IsDeleted);
        writer.WriteName(MongoDocuments.Payload);
        WriteBytes(writer, value.Payload);
        writer.WriteString(MongoDocuments.Manifest, value.Manifest);
        // A timestamp as with the official plugin, but counted, not taken from a clock: the server fills in only a zero.
        writer.WriteTimestamp(MongoDocuments.Ordering, value.Ordering);
        writer.WriteName(MongoDocuments.Tags);
        WriteTags(writer, value.Tags);
        writer.WriteName(MongoDocuments.SerializerId);
        if (value.SerializerId is { } serializer)
            writer.WriteInt32(serializer);
        else
            writer.WriteNull();
        if (value.Events is { } events)
        {
            writer.WriteInt64(MongoDocuments.FirstSequenceNr, value.FirstSequenceNr);
            WriteEvents(writer, events);
        }

        writer.WriteEndDocument();
    }

    public override EventDocument Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var reader = context.Reader;
        string id = "", persistenceId = "", manifest = "";
        long sequenceNr = 0, ordering = 0;
        long? first = null;
        var isDeleted = false;
        byte[]? payload = null;
        int? serializer = null;
        IReadOnlyList<string>? tags = null;
        IReadOnlyList<StoredEvent>? events = null;

        reader.ReadStartDocument();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
        {
            switch (reader.ReadName())
            {
                case MongoDocuments.Id: id = reader.ReadString(); break;
                case MongoDocuments.PersistenceId: persistenceId = reader.ReadString(); break;
                case MongoDocuments.SequenceNr: sequenceNr = ReadLong(reader); break;
                case MongoDocuments.FirstSequenceNr: first = ReadLong(reader); break;
                case MongoDocuments.IsDeleted: isDeleted = reader.ReadBoolean(); break;
                case MongoDocuments.Payload: payload = ReadBytes(reader); break;
                case MongoDocuments.Manifest: manifest = ReadText(reader); break;
                case MongoDocuments.Ordering: ordering = ReadLong(reader); break;
                case MongoDocuments.Tags: tags = ReadTags(reader); break;
                case MongoDocuments.SerializerId: serializer = ReadNullableInt(reader); break;
                case MongoDocuments.Events: events = ReadEvents(reader); break;
                default: reader.SkipValue(); break;
            }
        }

        reader.ReadEndDocument();
        return new EventDocument
        {
            Id = id,
            PersistenceId = persistenceId,
            SequenceNr = sequenceNr,
            FirstSequenceNr = first ?? sequenceNr,
            IsDeleted = isDeleted,
            Payload = payload,
            Manifest = manifest,
            Ordering = ordering,
            Tags = tags,
            SerializerId = serializer,
            Events = events,
        };
    }

    private static void WriteEvents(IBsonWriter writer, IReadOnlyList<StoredEvent> events)
    {
        writer.WriteStartArray(MongoDocuments.Events);
        foreach (var stored in events)
        {
            writer.WriteStartDocument();
            writer.WriteInt64(MongoDocuments.SequenceNr, stored.SequenceNr);
            writer.WriteName(MongoDocuments.Payload);
            WriteBytes(writer, stored.Payload);
            writer.WriteName(MongoDocuments.Tags);
            WriteTags(writer, stored.Tags);
            writer.WriteEndDocument();
        }

        writer.WriteEndArray();
    }

    private static List<StoredEvent> ReadEvents(IBsonReader reader)
    {
        var events = new List<StoredEvent>();
        reader.ReadStartArray();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
        {
            long sequenceNr = 0;
            byte[]? payload = null;
            IReadOnlyList<string>? tags = null;
            reader.ReadStartDocument();
            while (reader.ReadBsonType() != BsonType.EndOfDocument)
            {
                switch (reader.ReadName())
                {
                    case MongoDocuments.SequenceNr: sequenceNr = ReadLong(reader); break;
                    case MongoDocuments.Payload: payload = ReadBytes(reader); break;
                    case MongoDocuments.Tags: tags = ReadTags(reader); break;
                    default: reader.SkipValue(); break;
                }
            }

            reader.ReadEndDocument();
            events.Add(new StoredEvent(sequenceNr, payload ?? [], tags));
        }

        reader.ReadEndArray();
        return events;
    }

    private static void WriteBytes(IBsonWriter writer, byte[]? bytes)
    {
        if (bytes is null)
            writer.WriteNull();
        else
            writer.WriteBytes(bytes);
    }

    private static void WriteTags(IBsonWriter writer, IReadOnlyList<string>? tags)
    {
        if (tags is null)
        {
            writer.WriteNull();
            return;
        }

        writer.WriteStartArray();
        foreach (var tag in tags)
            writer.WriteString(tag);
        writer.WriteEndArray();
    }

    private static List<string>? ReadTags(IBsonReader reader)
    {
        if (reader.CurrentBsonType != BsonType.Array)
        {
            reader.SkipValue();
            return null;
        }

        var tags = new List<string>();
        reader.ReadStartArray();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
            tags.Add(reader.ReadString());
        reader.ReadEndArray();
        return tags.Count == 0 ? null : tags;
    }

    private static byte[]? ReadBytes(IBsonReader reader)
    {
        if (reader.CurrentBsonType == BsonType.Binary)
            return reader.ReadBytes();
        reader.SkipValue();
        return null;
    }

    private static string ReadText(IBsonReader reader)
    {
        if (reader.CurrentBsonType == BsonType.String)
            return reader.ReadString();
        reader.SkipValue();
        return "";
    }

    private static int? ReadNullableInt(IBsonReader reader)
    {
        if (reader.CurrentBsonType == BsonType.Int32)
            return reader.ReadInt32();
        reader.SkipValue();
        return null;
    }

    private static long ReadLong(IBsonReader reader) => reader.CurrentBsonType switch
    {
        BsonType.Int64 => reader.ReadInt64(),
        BsonType.Int32 => reader.ReadInt32(),
        BsonType.Timestamp => reader.ReadTimestamp(),
        BsonType.Double => (long)reader.ReadDouble(),
        var other => throw new FormatException($"A number was expected, but the field is a {other}."),
    };
}
