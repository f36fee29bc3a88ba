using Akka.Configuration;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The snapshot store's settings; each key is explained in <c>reference.conf</c>.</summary>
public sealed record MongoSnapshotSettings : MongoSettings
{
    /// <summary>The HOCON path of the default snapshot store.</summary>
    public const string DefaultPath = "akka.persistence.snapshot-store.mongodb";

    private MongoSnapshotSettings(Config section) : base(section)
    {
        ChunkCollection = Required(section, "chunk-collection");
        if (section.GetBoolean("use-write-transaction"))
            throw new ConfigurationException(
                "use-write-transaction = on does nothing for snapshots: one becomes visible by the write of one document, " +
                "with or without a transaction. Set it to off.");
    }

    /// <summary>Reads a snapshot store's section, <see cref="DefaultPath"/> or another one like it.</summary>
    /// <exception cref="ConfigurationException">A value is out of bounds; the message names key and bound.</exception>
    public static MongoSnapshotSettings Create(Config section) =>
        new(section.WithFallback(MongoDbPersistence.DefaultConfiguration().GetConfig(DefaultPath)));

    /// <summary>Holds the pieces of large snapshots.</summary>
    public string ChunkCollection { get; }
}
