using Akka.Event;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Creates indexes once, on first use, under the names that the official plugin gives them.</summary>
internal sealed class MongoIndexes(bool autoInitialize, Retrying retrying, ILoggingAdapter log)
{
    private const int IndexOptionsConflict = 85;
    private const int IndexKeySpecsConflict = 86;

    private readonly List<Func<CancellationToken, Task>> _creations = [];
    private readonly Lock _gate = new();
    private Task? _created;

    /// <summary>Adds an index; a key with a minus sign is descending.</summary>
    public MongoIndexes With<T>(IMongoCollection<T> collection, params string[] keys)
    {
        var index = Builders<T>.IndexKeys.Combine(keys.Select(key =>
            key[0] == '-' ? Builders<T>.IndexKeys.Descending(key[1..]) : Builders<T>.IndexKeys.Ascending(key)));
        _creations.Add(token => CreateAsync(collection, index, token));
        return this;
    }

    /// <summary>Returns when the indexes exist. After a failure the next call tries again.</summary>
    public Task EnsureAsync()
    {
        if (!autoInitialize)
            return Task.CompletedTask;
        lock (_gate)
        {
            if (_created is null || _created.IsFaulted || _created.IsCanceled)
                _created = CreateAllAsync();
            return _created;
        }
    }

    private async Task CreateAllAsync()
    {
        foreach (var create in _creations)
            await retrying.RunAsync("creating an index", create, CancellationToken.None);
    }

    private async Task CreateAsync<T>(IMongoCollection<T> collection, IndexKeysDefinition<T> keys, CancellationToken token)
    {
        try
        {
            await collection.Indexes.CreateOneAsync(new CreateIndexModel<T>(keys), options: null, token);
        }
        catch (MongoCommandException e) when (e.Code is IndexOptionsConflict or IndexKeySpecsConflict)
        {
            log.Info("Collection {0} has an index of its own over the same keys; it stays as it is. {1}",
                collection.CollectionNamespace, e.Message);
        }
    }
}
