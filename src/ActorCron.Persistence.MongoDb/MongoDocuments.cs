namespace ActorCron.Persistence.MongoDb;

/// <summary>The field names of the documents in every collection, those of the official plugin where it has the field.</summary>
internal static class MongoDocuments
{
    public const string Id = "_id";
    public const string PersistenceId = "PersistenceId";
    public const string SequenceNr = "SequenceNr";
    public const string IsDeleted = "IsDeleted";
    public const string Payload = "Payload";
    public const string Manifest = "Manifest";
    public const string Ordering = "Ordering";
    public const string Tags = "Tags";
    public const string SerializerId = "SerializerId";

    // Only in a document with several events.
    public const string FirstSequenceNr = "FirstSequenceNr";
    public const string Events = "Events";

    // Ordering collection.
    public const string Value = "Value";
    public const string Pending = "Pending";

    // Snapshots.
    public const string Timestamp = "Timestamp";
    public const string Snapshot = "Snapshot";
    public const string Compression = "Compression";
    public const string Chunks = "Chunks";
    public const string Upload = "Upload";
    public const string Length = "Length";
    public const string Hash = "Hash";
    public const string Number = "Number";
    public const string Data = "Data";
    public const string Started = "Started";
}
