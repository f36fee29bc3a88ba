using Akka.Actor.Setup;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Client settings made in code, which then replace the connection strings: for client certificates, command
/// monitoring and the like. A pair that is null leaves the connection string in force. Write and read concerns that are
/// not set become <c>majority</c>, as with a connection string.</summary>
public sealed class MongoDbPersistenceSetup(
    string? snapshotDatabaseName,
    MongoClientSettings? snapshotClientSettings,
    string? journalDatabaseName,
    MongoClientSettings? journalClientSettings) : Setup
{
    /// <summary>The snapshot store's database; goes with <see cref="SnapshotClientSettings"/>.</summary>
    public string? SnapshotDatabaseName { get; } = snapshotDatabaseName;

    /// <summary>The snapshot store's client settings, or null for its connection string.</summary>
    public MongoClientSettings? SnapshotClientSettings { get; } = snapshotClientSettings;

    /// <summary>The journal's database; goes with <see cref="JournalClientSettings"/>. The queries read it too.</summary>
    public string? JournalDatabaseName { get; } = journalDatabaseName;

    /// <summary>The journal's client settings, or null for its connection string.</summary>
    public MongoClientSettings? JournalClientSettings { get; } = journalClientSettings;
}
