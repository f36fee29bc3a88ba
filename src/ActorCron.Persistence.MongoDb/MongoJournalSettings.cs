using Akka.Configuration;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The journal's settings; each key is explained in <c>reference.conf</c>.</summary>
public sealed record MongoJournalSettings : MongoSettings
{
    /// <summary>The HOCON path of the default journal.</summary>
    public const string DefaultPath = "akka.persistence.journal.mongodb";

    private MongoJournalSettings(Config section) : base(section)
    {
        MetadataCollection = Required(section, "metadata-collection");
        OrderingCollection = Required(section, "ordering-collection");
        UseWriteTransaction = section.GetBoolean("use-write-transaction");
        ReadBatchSize = section.GetString("read-batch-size") == "off" ? 1000 : AtLeastOne(section, "read-batch-size");
        WriteParallelism = AtLeastOne(section, "write-parallelism");
        WriteBatchSize = AtLeastOne(section, "write-batch-size");
        AbandonedWriteTimeout = Positive(section, "abandoned-write-timeout");
        if (AbandonedWriteTimeout < 2 * CallTimeout)
            throw new ConfigurationException(
                $"abandoned-write-timeout ({AbandonedWriteTimeout.TotalSeconds:0.###} s) must be at least twice the " +
                $"call-timeout ({CallTimeout.TotalSeconds:0.###} s): a writer could still be trying.");
    }

    /// <summary>Reads a journal's section, <see cref="DefaultPath"/> or another one like it.</summary>
    /// <exception cref="ConfigurationException">A value is out of bounds; the message names key and bound.</exception>
    public static MongoJournalSettings Create(Config section) =>
        new(section.WithFallback(MongoDbPersistence.DefaultConfiguration().GetConfig(DefaultPath)));

    /// <summary>Holds the highest sequence numbers that outlive deletion.</summary>
    public string MetadataCollection { get; }

    /// <summary>Holds the counter that numbers the events.</summary>
    public string OrderingCollection { get; }

    /// <summary>Whether events persisted together are stored in a transaction instead of in one document.</summary>
    public bool UseWriteTransaction { get; }

    /// <summary>Documents a round trip of a replay.</summary>
    public int ReadBatchSize { get; }

    /// <summary>Bulk inserts at a time.</summary>
    public int WriteParallelism { get; }

    /// <summary>Documents a bulk insert.</summary>
    public int WriteBatchSize { get; }

    /// <summary>After this, an announced write that has not arrived is given up.</summary>
    public TimeSpan AbandonedWriteTimeout { get; }
}
