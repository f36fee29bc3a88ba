using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Reads one persistent actor's events through a cursor, and what its highest sequence number is.</summary>
internal sealed class EventReader(
    IMongoCollection<EventDocument> journal, IMongoCollection<BsonDocument> metadata, Retrying retrying, int batchSize)
{
    private static FilterDefinitionBuilder<EventDocument> Filter => Builders<EventDocument>.Filter;

    /// <summary>The highest sequence number ever stored under the id, deleted or not; 0 if none was.</summary>
    public Task<long> HighestAsync(string persistenceId, CancellationToken cancelled) =>
        retrying.RunAsync("reading a highest sequence number", async token =>
        {
            var newest = NewestAsync(persistenceId, token);
            var deleted = DeletedAsync(persistenceId, token);
            return Math.Max(await newest, await deleted);
        }, cancelled);

    /// <summary>Gives the documents that hold events from <paramref name="from"/> to <paramref name="to"/> to
    /// <paramref name="take"/>, oldest first, until that returns false. A lost cursor is opened again where it stood.</summary>
    public async Task ReadAsync(string persistenceId, long from, long to, Func<EventDocument, bool> take, CancellationToken cancelled)
    {
        if (from > to)
            return;
        var next = Math.Max(0, from);
        var done = false;
        while (!done && next <= to)
        {
            // Each page has the whole call time-out; the cursor goes from one to the next.
            using var cursor = await retrying.RunAsync("replaying events",
                token => OpenAsync(persistenceId, next, to, token), cancelled);
            try
            {
                while (!done)
                {
                    done = !await NextPageAsync(cursor, cancelled);
                    foreach (var document in done ? [] : cursor.Current)
                    {
                        next = document.SequenceNr + 1;
                        if (document.FirstSequenceNr > to || !take(document))
                            return;
                    }
                }
            }
            catch (Exception e) when (TransientErrors.IsTransient(e) && !cancelled.IsCancellationRequested)
            {
                retrying.Failed("replaying events", e);
            }
        }
    }

    /// <summary>At most <paramref name="limit"/> documents that hold events from <paramref name="from"/> on, oldest first.</summary>
    public Task<List<EventDocument>> PageAsync(string persistenceId, long from, int limit, CancellationToken cancelled) =>
        retrying.RunAsync("reading events", token => journal
            .Find(Filter.Eq(MongoDocuments.PersistenceId, persistenceId) & Filter.Gte(MongoDocuments.SequenceNr, from),
                new FindOptions { BatchSize = limit })
            .Sort(Builders<EventDocument>.Sort.Ascending(MongoDocuments.SequenceNr))
            .Limit(limit)
            .ToListAsync(token), cancelled);

    private async Task<bool> NextPageAsync(IAsyncCursor<EventDocument> cursor, CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(retrying.CallTimeout);
        try
        {
            return await cursor.MoveNextAsync(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancelled.IsCancellationRequested)
        {
            throw retrying.GivenUp("replaying events", e, cancelled);
        }
    }

    private Task<IAsyncCursor<EventDocument>> OpenAsync(string persistenceId, long from, long to, CancellationToken token)
    {
        // A document is found by its last event, and may begin below the upper bound and end above it. So the query has no
        // upper bound but a number of documents: each holds one event of the range at least, except the one that ends it.
        var documents = to == long.MaxValue ? long.MaxValue : to - from + 1;
        return journal
            .Find(Filter.Eq(MongoDocuments.PersistenceId, persistenceId) & Filter.Gte(MongoDocuments.SequenceNr, from),
                new FindOptions { BatchSize = (int)Math.Min(batchSize, documents) })
            .Sort(Builders<EventDocument>.Sort.Ascending(MongoDocuments.SequenceNr))
            .Limit(documents < int.MaxValue ? (int)documents : null)
            .ToCursorAsync(token);
    }

    private async Task<long> NewestAsync(string persistenceId, CancellationToken token)
    {
        var newest = await journal.Find(Filter.Eq(MongoDocuments.PersistenceId, persistenceId))
            .Sort(Builders<EventDocument>.Sort.Descending(MongoDocuments.SequenceNr))
            .Limit(1)
            .Project<BsonDocument>(Builders<EventDocument>.Projection.Include(MongoDocuments.SequenceNr))
            .FirstOrDefaultAsync(token);
        return newest?[MongoDocuments.SequenceNr].ToInt64() ?? 0;
    }

    private async Task<long> DeletedAsync(string persistenceId, CancellationToken token)
    {
        var row = await metadata.Find(Builders<BsonDocument>.Filter.Eq(MongoDocuments.Id, persistenceId)).FirstOrDefaultAsync(token);
        return row?[MongoDocuments.SequenceNr].ToInt64() ?? 0;
    }
}
