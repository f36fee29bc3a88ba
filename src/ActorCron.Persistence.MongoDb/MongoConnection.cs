using Akka.Actor;
using Akka.Configuration;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace ActorCron.Persistence.MongoDb;

/// <summary>A database of a server, reached as the plugin needs it: majority concerns by default, reads from the primary,
/// and a server selection that gives up while its caller still listens.</summary>
internal sealed class MongoConnection
{
    private MongoConnection(IMongoDatabase database, string where) => (Database, Where) = (database, where);

    public IMongoDatabase Database { get; }

    /// <summary>Servers and database for logs and errors: never user, password or options.</summary>
    public string Where { get; }

    public static MongoConnection ForJournal(ActorSystem system, MongoSettings settings) =>
        Open(system, settings, setup => (setup.JournalDatabaseName, setup.JournalClientSettings));

    public static MongoConnection ForSnapshots(ActorSystem system, MongoSettings settings) =>
        Open(system, settings, setup => (setup.SnapshotDatabaseName, setup.SnapshotClientSettings));

    private static MongoConnection Open(
        ActorSystem system, MongoSettings settings, Func<MongoDbPersistenceSetup, (string?, MongoClientSettings?)> pick)
    {
        var (name, client) = system.Settings.Setup.Get<MongoDbPersistenceSetup>() is { HasValue: true } setup
            ? pick(setup.Value)
            : default;
        if (client is null)
            (name, client) = Parse(settings);
        else if (string.IsNullOrEmpty(name))
            throw new ConfigurationException("MongoDbPersistenceSetup has client settings but no database name.");

        client = WithDefaults(client);
        var database = MongoDbPersistence.Get(system).Client(client)
            .GetDatabase(name, new MongoDatabaseSettings { ReadPreference = ReadPreference.Primary });
        return new(database, $"{string.Join(',', client.Servers)}/{name}");
    }

    private static (string, MongoClientSettings) Parse(MongoSettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
            throw new ConfigurationException("connection-string is empty. It looks like mongodb://host:27017/database.");

        MongoUrl url;
        MongoClientSettings client;
        ConnectionString given;
        try
        {
            url = new MongoUrl(settings.ConnectionString);
            client = MongoClientSettings.FromUrl(url);
            given = new ConnectionString(settings.ConnectionString);
        }
        catch (Exception e) when (e is MongoException or ArgumentException or FormatException or UriFormatException)
        {
            // The driver's message repeats the whole string, password included, so neither it nor its exception goes on.
            throw new ConfigurationException(
                $"connection-string is not a valid MongoDB URL ({e.GetType().Name}). It looks like " +
                "mongodb://user:password@host:27017/database?replicaSet=name; special characters in user and password " +
                "are percent-encoded.");
        }

        if (string.IsNullOrEmpty(url.DatabaseName))
            throw new ConfigurationException(
                "connection-string names no database. It looks like mongodb://host:27017/database.");

        // Half a call: then the error that says what is wrong with the server comes before the call's own time-out.
        if (given.ServerSelectionTimeout is null)
            client.ServerSelectionTimeout = settings.CallTimeout / 2;
        if (given.WaitQueueTimeout is null)
            client.WaitQueueTimeout = settings.CallTimeout / 2;
        return (url.DatabaseName, client);
    }

    private static MongoClientSettings WithDefaults(MongoClientSettings given)
    {
        var client = given.Clone();
        if (client.WriteConcern.W is null)
            client.WriteConcern = client.WriteConcern.With(w: WriteConcern.WMode.Majority);
        if (client.ReadConcern.Level is null)
            client.ReadConcern = ReadConcern.Majority;
        if (!client.WriteConcern.IsAcknowledged)
            throw new ConfigurationException("w=0 is refused: an event would count as stored before the server has it.");
        client.ApplicationName ??= "ActorCron.Persistence.MongoDb";
        return client.Freeze();
    }
}
