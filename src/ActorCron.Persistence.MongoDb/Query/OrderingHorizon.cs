using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>Up to which number of the journal's order every event is visible. Past it, a write under way may still put an
/// event before those that are visible already; a query that went on would skip it for ever.</summary>
internal sealed class OrderingHorizon(
    IMongoCollection<BsonDocument> counters, IMongoCollection<EventDocument> journal, Retrying retrying,
    TimeSpan abandonedAfter, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly PendingRanges _pending = new(abandonedAfter, clock);
    private readonly string _name = journal.CollectionNamespace.CollectionName;
    private long _horizon;

    /// <summary>The horizon, and the highest number given out so far.</summary>
    public async Task<(long Horizon, long Highest)> ReadAsync(CancellationToken cancelled)
    {
        var ordering = await retrying.RunAsync("reading the journal's order", token => counters
            .Find(Builders<BsonDocument>.Filter.Eq(MongoDocuments.Id, _name)).FirstOrDefaultAsync(token), cancelled);
        if (ordering is null)
        {
            // Nothing was written by this plugin yet; what the official one has written is all there is.
            var newest = await NewestAsync(cancelled);
            return (newest, newest);
        }

        lock (_gate)
        {
            // What was final once stays so, also when a range is announced with an older lower bound.
            _horizon = Math.Max(_horizon, PendingRanges.Horizon(ordering, _pending.Abandoned(ordering)));
            return (_horizon, ordering[MongoDocuments.Value].ToInt64());
        }
    }

    private async Task<long> NewestAsync(CancellationToken cancelled)
    {
        var newest = await retrying.RunAsync("reading the journal's order", token => journal
            .Find(FilterDefinition<EventDocument>.Empty)
            .Sort(Builders<EventDocument>.Sort.Descending(MongoDocuments.Ordering)).Limit(1).FirstOrDefaultAsync(token), cancelled);
        return newest?.Ordering ?? 0;
    }
}
