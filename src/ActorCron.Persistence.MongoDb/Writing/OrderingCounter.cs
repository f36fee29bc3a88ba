using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>Numbers the events of a journal, for all its writers in the cluster, by one document:
/// <c>{ _id: collection, Value: last number given out, Pending: { id of a range under way: a number below that range } }</c>.
/// One command takes a range and announces it, so a reader that sees <c>Value</c> also sees every range up to it that may
/// still lack events. No clock takes part.</summary>
/// <remarks>A range is withdrawn once its events are stored: with the next range taken, or on its own if none is.</remarks>
internal sealed class OrderingCounter(
    IMongoCollection<BsonDocument> counters, IMongoCollection<EventDocument> journal, Retrying retrying,
    TimeSpan abandonedAfter, TimeProvider clock)
{
    private const int DuplicateKey = 11000;

    private readonly string _name = journal.CollectionNamespace.CollectionName;
    private readonly Lock _gate = new();
    private readonly PendingRanges _pending = new(abandonedAfter, clock);
    private List<string> _done = [];
    private bool _withdrawing;
    private long _floor;

    private FilterDefinition<BsonDocument> Mine => Builders<BsonDocument>.Filter.Eq(MongoDocuments.Id, _name);

    /// <summary>Takes the next <paramref name="count"/> numbers. Tried again after an error, the numbers of the failed
    /// try are lost, which leaves a gap and does no harm.</summary>
    public async Task<OrderingRange> TakeAsync(int count, CancellationToken cancelled)
    {
        var id = "r" + ObjectId.GenerateNewId();
        BsonDocument after;
        try
        {
            after = await retrying.RunAsync("numbering events", token => TakeOrSeedAsync(id, count, token), cancelled);
        }
        catch
        {
            // Taken or not, nobody knows the numbers now, so nobody will use them.
            Withdraw(id, moreToCome: true);
            throw;
        }

        var last = after[MongoDocuments.Value].ToInt64();
        lock (_gate)
        {
            _floor = Math.Max(_floor, last);
            _done.AddRange(_pending.Abandoned(after));
        }

        return new OrderingRange(id, last - count + 1, last);
    }

    /// <summary>Withdraws a range whose events are stored, or certainly never will be. Returns at once.</summary>
    /// <param name="id">The range's id.</param>
    /// <param name="moreToCome">Whether another range is about to be taken, which then carries this along.</param>
    public void Withdraw(string id, bool moreToCome)
    {
        lock (_gate)
        {
            _done.Add(id);
            if (moreToCome || _withdrawing)
                return;
            _withdrawing = true;
        }

        _ = WithdrawAllAsync();
    }

    private async Task<BsonDocument> TakeOrSeedAsync(string id, int count, CancellationToken token)
    {
        // The first range of a process would else be announced as lying anywhere, and queries could pass nothing until then.
        if (Volatile.Read(ref _floor) == 0)
            await LearnFloorAsync(token);
        while (true)
        {
            if (await TryTakeAsync(id, count, token) is { } document)
                return document;
            await SeedAsync(token);
        }
    }

    private async Task LearnFloorAsync(CancellationToken token)
    {
        var ordering = await counters.Find(Mine).FirstOrDefaultAsync(token);
        lock (_gate)
            _floor = Math.Max(_floor, ordering?[MongoDocuments.Value].ToInt64() ?? 0);
    }

    private async Task<BsonDocument?> TryTakeAsync(string id, int count, CancellationToken token)
    {
        List<string> done;
        long floor;
        lock (_gate)
        {
            (done, _done) = (_done, []);
            floor = _floor;
        }

        try
        {
            var update = Builders<BsonDocument>.Update
                .Inc(MongoDocuments.Value, (long)count)
                .Set($"{MongoDocuments.Pending}.{id}", floor);
            return await counters.FindOneAndUpdateAsync(Mine, Unset(update, done),
                new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After }, token);
        }
        catch
        {
            lock (_gate)
                _done.AddRange(done);
            throw;
        }
    }

    // Above whatever the collection holds: it may come from the official plugin, whose numbers are timestamps.
    private async Task SeedAsync(CancellationToken token)
    {
        var newest = await journal.Find(FilterDefinition<EventDocument>.Empty)
            .Sort(Builders<EventDocument>.Sort.Descending(MongoDocuments.Ordering)).Limit(1).FirstOrDefaultAsync(token);
        try
        {
            await counters.InsertOneAsync(new BsonDocument
            {
                [MongoDocuments.Id] = _name,
                [MongoDocuments.Value] = newest?.Ordering ?? 0L,
                [MongoDocuments.Pending] = new BsonDocument(),
            }, options: null, token);
        }
        catch (MongoWriteException e) when (e.WriteError?.Code == DuplicateKey)
        {
            // Another node has just done so.
        }
    }

    private async Task WithdrawAllAsync()
    {
        while (true)
        {
            List<string> done;
            lock (_gate)
            {
                if (_done.Count == 0)
                {
                    _withdrawing = false;
                    return;
                }

                (done, _done) = (_done, []);
            }

            try
            {
                await retrying.RunAsync("withdrawing a stored range",
                    token => counters.UpdateOneAsync(Mine, Unset(null, done), options: null, token), CancellationToken.None);
            }
            catch (Exception)
            {
                // Queries wait for these ranges until the next one taken withdraws them, or they count as abandoned.
                lock (_gate)
                {
                    _done.AddRange(done);
                    _withdrawing = false;
                }

                return;
            }
        }
    }

    private static UpdateDefinition<BsonDocument> Unset(UpdateDefinition<BsonDocument>? update, List<string> done)
    {
        foreach (var path in done.Distinct().Select(id => $"{MongoDocuments.Pending}.{id}"))
            update = update?.Unset(path) ?? Builders<BsonDocument>.Update.Unset(path);
        return update!;
    }
}
