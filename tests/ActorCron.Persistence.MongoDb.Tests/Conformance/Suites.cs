using ActorCron.Persistence.MongoDb.Tests.Stores;
using Xunit.Abstractions;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

public sealed class JournalOnSqlite : JournalConformance<SqliteStore>;
public sealed class JournalOnPostgreSql : JournalConformance<PostgreSqlStore>;
public sealed class JournalOnMongoDb : JournalConformance<MongoStore>;
public sealed class JournalOnMongoDbWithTransactions : JournalConformance<MongoTransactionStore>;

public sealed class SnapshotStoreOnSqlite : SnapshotStoreConformance<SqliteStore>;
public sealed class SnapshotStoreOnPostgreSql : SnapshotStoreConformance<PostgreSqlStore>;
public sealed class SnapshotStoreOnMongoDb : SnapshotStoreConformance<MongoStore>;

public sealed class SerializationOnSqlite : SerializationConformance<SqliteStore>;
public sealed class SerializationOnPostgreSql : SerializationConformance<PostgreSqlStore>;
public sealed class SerializationOnMongoDb : SerializationConformance<MongoStore>;

public sealed class EventsByPersistenceIdOnSqlite : EventsByPersistenceIdConformance<SqliteStore>;
public sealed class EventsByPersistenceIdOnPostgreSql : EventsByPersistenceIdConformance<PostgreSqlStore>;
public sealed class EventsByPersistenceIdOnMongoDb : EventsByPersistenceIdConformance<MongoStore>;

public sealed class EventsByTagOnSqlite : EventsByTagConformance<SqliteStore>;
public sealed class EventsByTagOnPostgreSql : EventsByTagConformance<PostgreSqlStore>;
public sealed class EventsByTagOnMongoDb : EventsByTagConformance<MongoStore>;

public sealed class AllEventsOnSqlite : AllEventsConformance<SqliteStore>;
public sealed class AllEventsOnPostgreSql : AllEventsConformance<PostgreSqlStore>;
public sealed class AllEventsOnMongoDb : AllEventsConformance<MongoStore>;

public sealed class PersistenceIdsOnSqlite : PersistenceIdsConformance<SqliteStore>;
public sealed class PersistenceIdsOnPostgreSql : PersistenceIdsConformance<PostgreSqlStore>;
public sealed class PersistenceIdsOnMongoDb : PersistenceIdsConformance<MongoStore>;

public sealed class PerformanceOnSqlite(ITestOutputHelper output) : PerformanceConformance<SqliteStore>(output);
public sealed class PerformanceOnPostgreSql(ITestOutputHelper output) : PerformanceConformance<PostgreSqlStore>(output);
public sealed class PerformanceOnMongoDb(ITestOutputHelper output) : PerformanceConformance<MongoStore>(output);
