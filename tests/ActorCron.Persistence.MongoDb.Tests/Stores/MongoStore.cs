using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>A database of the test run's MongoDB server, dropped at the end.</summary>
public class MongoStore : IStoreKind
{
    public static string? WhyNot => MongoServer.WhyNot;

    /// <summary>Set by <see cref="CreateAsync"/>.</summary>
    public string Url { get; private set; } = "";

    public IMongoDatabase Database => new MongoClient(Url).GetDatabase(new MongoUrl(Url).DatabaseName);

    public IMongoCollection<BsonDocument> Journal => Database.GetCollection<BsonDocument>("EventJournal");

    protected virtual string Transactions => "off";

    public async Task CreateAsync() => Url = await MongoServer.UrlAsync($"actorcron_test_{Guid.NewGuid():N}");

    public Config Configuration(string journalExtras) => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.mongodb"
            mongodb {
              connection-string = "{{Url}}"
              use-write-transaction = {{Transactions}}
              {{journalExtras}}
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.mongodb"
            mongodb.connection-string = "{{Url}}"
          }
          query.mongodb.refresh-interval = 100ms
        }
        """).WithFallback(MongoDbPersistence.DefaultConfiguration());

    public IReadJournal ReadJournal(ActorSystem system) =>
        PersistenceQuery.Get(system).ReadJournalFor<MongoReadJournal>(MongoReadJournal.Identifier);

    public async ValueTask DisposeAsync()
    {
        await Database.Client.DropDatabaseAsync(new MongoUrl(Url).DatabaseName);
        GC.SuppressFinalize(this);
    }
}
