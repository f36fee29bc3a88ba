using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The plugin's one instance in an actor system: its default configuration and its clients.
/// Getting it adds <see cref="DefaultConfiguration"/> below the system's own configuration.</summary>
public sealed class MongoDbPersistence : IExtension
{
    private readonly ConcurrentDictionary<MongoClientSettings, Lazy<MongoClient>> _clients = new();

    internal MongoDbPersistence(ExtendedActorSystem system)
    {
        system.Settings.InjectTopLevelFallback(DefaultConfiguration());
        _ = DisposeClientsAfter(system.WhenTerminated);
    }

    /// <summary>The extension of <paramref name="system"/>, made on the first call.</summary>
    public static MongoDbPersistence Get(ActorSystem system) =>
        system.WithExtension<MongoDbPersistence, MongoDbPersistenceProvider>();

    /// <summary>The defaults of every key under <c>akka.persistence.journal.mongodb</c>, <c>…snapshot-store.mongodb</c> and
    /// <c>…query.mongodb</c>. Give it to the actor system as a fallback: Akka does not load it by itself.</summary>
    public static Config DefaultConfiguration() =>
        ConfigurationFactory.FromResource<MongoDbPersistence>("ActorCron.Persistence.MongoDb.reference.conf");

    // Journal, snapshot store and queries of one server share one connection pool.
    internal MongoClient Client(MongoClientSettings settings) =>
        _clients.GetOrAdd(settings, static key => new Lazy<MongoClient>(() => new MongoClient(key))).Value;

    private async Task DisposeClientsAfter(Task terminated)
    {
        await terminated;
        foreach (var client in _clients.Values)
            client.Value.Dispose();
    }
}
