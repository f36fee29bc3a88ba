using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Deletes events for good. The highest sequence number is put on record before the document that bears it goes.</summary>
internal sealed class EventDeletion(
    IMongoCollection<EventDocument> journal, IMongoCollection<BsonDocument> metadata, EventReader reader, Retrying retrying)
{
    /// <summary>Deletes the id's events up to and including <paramref name="to"/>.</summary>
    public async Task DeleteAsync(string persistenceId, long to, CancellationToken cancelled)
    {
        var highest = await reader.HighestAsync(persistenceId, cancelled);
        if (to >= highest && highest > 0)
            await RememberAsync(persistenceId, highest, cancelled);

        var filter = Builders<EventDocument>.Filter;
        var mine = filter.Eq(MongoDocuments.PersistenceId, persistenceId);
        await retrying.RunAsync("deleting events",
            token => journal.DeleteManyAsync(mine & filter.Lte(MongoDocuments.SequenceNr, to), token), cancelled);
        if (to >= highest)
            return;

        // A document of several events may lie on both sides of the bound.
        await retrying.RunAsync("deleting events", token => journal.UpdateOneAsync(
            mine & filter.Gt(MongoDocuments.SequenceNr, to) & filter.Lte(MongoDocuments.FirstSequenceNr, to),
            Builders<EventDocument>.Update
                .Pull(MongoDocuments.Events, new BsonDocument(MongoDocuments.SequenceNr, new BsonDocument("$lte", to)))
                .Set(MongoDocuments.FirstSequenceNr, to + 1),
            options: null, token), cancelled);
    }

    private Task<UpdateResult> RememberAsync(string persistenceId, long highest, CancellationToken cancelled) =>
        retrying.RunAsync("recording a highest sequence number", token => metadata.UpdateOneAsync(
            Builders<BsonDocument>.Filter.Eq(MongoDocuments.Id, persistenceId),
            Builders<BsonDocument>.Update
                .SetOnInsert(MongoDocuments.PersistenceId, persistenceId)
                .Max(MongoDocuments.SequenceNr, highest),
            new UpdateOptions { IsUpsert = true }, token), cancelled);
}
