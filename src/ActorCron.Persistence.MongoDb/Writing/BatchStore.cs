using Akka.Configuration;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>Stores a batch of requests by two commands: one that numbers its events, one ordered bulk insert. Ordered,
/// since of one request a later event must never be stored without the earlier one. When a document is refused, its
/// request fails and the rest goes on. When the outcome is unknown, it finds out what is stored before it tries again.</summary>
internal sealed class BatchStore(
    IMongoCollection<EventDocument> journal, OrderingCounter counter, Retrying retrying, bool useTransactions)
{
    private const int DuplicateKey = 11000;
    private static readonly InsertManyOptions Ordered = new() { IsOrdered = true };

    /// <summary>Whether the request may share a bulk insert. One that needs a transaction stands alone, so that a
    /// refusal does not undo the others.</summary>
    public bool MayShare(WriteRequest request) => !useTransactions || request.Documents.Count == 1;

    /// <summary>Why a request is not stored in time, as far as is known.</summary>
    public Exception GivenUp() => retrying.GivenUp("storing events", retrying.LastFailure, CancellationToken.None);

    /// <summary>Completes every request of the batch, one way or the other; throws nothing.</summary>
    public async Task StoreAsync(IReadOnlyList<WriteRequest> batch, Func<bool> moreToCome, CancellationToken stopped)
    {
        OrderingRange? range = null;
        var batchState = new Batch(batch);
        try
        {
            // Counted from before the numbering: a range is never used when older than one call.
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopped);
            deadline.CancelAfter(retrying.CallTimeout);
            range = await counter.TakeAsync(batchState.Number(first: 1), deadline.Token);
            batchState.Number(range.First);
            await InsertAsync(batchState, range, deadline.Token, stopped);
        }
        catch (Exception e)
        {
            batchState.FailAll(e);
        }

        if (range is not null && !batchState.IsUncertain)
            counter.Withdraw(range.Id, moreToCome());
    }

    private async Task InsertAsync(Batch batch, OrderingRange range, CancellationToken deadline, CancellationToken stopped)
    {
        Exception? last = null;
        for (var attempt = 0; ; attempt++)
        {
            batch.DropOver();
            if (batch.IsEmpty)
                return;
            try
            {
                if (batch.IsUncertain)
                    batch.Stored(await StoredAsync(range, ReadConcern.Majority, deadline));
                if (!batch.IsEmpty)
                    await InsertOnceAsync(batch, deadline);
                batch.AllStored();
                retrying.Succeeded();
                return;
            }
            catch (MongoBulkWriteException<EventDocument> e) when (e.WriteErrors.Count > 0)
            {
                last = e;
                if (await RefusedAsync(batch, range, e, deadline))
                    continue;
            }
            catch (Exception e) when (TransientErrors.IsTransient(e) && !deadline.IsCancellationRequested)
            {
                batch.IsUncertain = true;
                retrying.Failed("storing events", last = e);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                batch.IsUncertain = true;
                throw retrying.GivenUp("storing events", last, stopped);
            }

            if (!await retrying.PauseAsync(attempt, deadline))
                throw retrying.GivenUp("storing events", last, stopped);
        }
    }

    private Task InsertOnceAsync(Batch batch, CancellationToken deadline) =>
        useTransactions && batch.Documents.Count > 1 && batch.IsOneRequest
            ? InTransactionAsync(batch.Documents, deadline)
            : journal.InsertManyAsync(batch.Documents, Ordered, deadline);

    private async Task InTransactionAsync(IReadOnlyList<EventDocument> documents, CancellationToken deadline)
    {
        using var session = await journal.Database.Client.StartSessionAsync(options: null, deadline);
        try
        {
            await session.WithTransactionAsync(async (transaction, token) =>
            {
                await journal.InsertManyAsync(transaction, documents, Ordered, token);
                return true;
            }, new TransactionOptions(ReadConcern.Snapshot, ReadPreference.Primary, journal.Settings.WriteConcern), deadline);
        }
        catch (NotSupportedException e)
        {
            throw new ConfigurationException(
                "use-write-transaction = on needs a replica set or mongos, and this server is neither. Set it to off: " +
                "events persisted together are then stored as one document, which is as atomic.", e);
        }
    }

    // True when the batch can go on at once, false when it has to wait for a majority.
    private async Task<bool> RefusedAsync(
        Batch batch, OrderingRange range, MongoBulkWriteException<EventDocument> e, CancellationToken deadline)
    {
        var error = e.WriteErrors[0];
        var isTransaction = useTransactions && batch.IsOneRequest && batch.Documents.Count > 1;
        var refused = batch.Documents[error.Index];
        if (!isTransaction && e.WriteConcernError is null && !batch.IsUncertain)
            batch.FirstStored(error.Index);
        else if (!isTransaction)
            batch.IsUncertain = true;

        if (error.Code != DuplicateKey)
        {
            batch.Fail(refused, e);
            return true;
        }

        // The key may be our own, of an earlier try whose answer was lost, by us or unseen by the driver.
        if (!(await StoredAsync(range, ReadConcern.Local, deadline)).Contains(refused.Id))
        {
            batch.Fail(refused, new SequenceNrTakenException(refused.PersistenceId, refused.FirstSequenceNr, e));
            return true;
        }

        batch.IsUncertain = true;
        return (await StoredAsync(range, ReadConcern.Majority, deadline)).Contains(refused.Id);
    }

    // No other document has a number of our range, so these are ours.
    private async Task<HashSet<string>> StoredAsync(OrderingRange range, ReadConcern concern, CancellationToken deadline)
    {
        var filter = Builders<EventDocument>.Filter;
        var cursor = await journal.WithReadConcern(concern)
            .Find(filter.Gte(MongoDocuments.Ordering, new BsonTimestamp(range.First)) &
                filter.Lte(MongoDocuments.Ordering, new BsonTimestamp(range.Last)))
            .Project<BsonDocument>(Builders<EventDocument>.Projection.Include(MongoDocuments.Id))
            .ToListAsync(deadline);
        return [.. cursor.Select(document => document[MongoDocuments.Id].AsString)];
    }
}
