using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Snapshots;

/// <summary>The pieces of snapshots that do not fit one document. A piece means nothing until a snapshot document names
/// its upload, which is written last and at once; so a reader sees a whole snapshot or none.</summary>
internal sealed class SnapshotChunks(
    IMongoCollection<BsonDocument> chunks, IMongoCollection<BsonDocument> snapshots, Retrying retrying, TimeProvider clock)
{
    private const int ChunkSize = 8 * 1024 * 1024;

    // No upload takes that long, so what nothing names by then was left by a process that died.
    private static readonly TimeSpan Orphaned = TimeSpan.FromDays(1);

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <summary>Stores the pieces under a new upload id; returns it and their number.</summary>
    public async Task<(string Upload, int Count)> UploadAsync(string persistenceId, byte[] bytes, CancellationToken cancelled)
    {
        var upload = ObjectId.GenerateNewId().ToString();
        var started = clock.GetUtcNow().UtcDateTime;
        var count = 0;
        foreach (var piece in bytes.Chunk(ChunkSize))
        {
            var document = new BsonDocument
            {
                [MongoDocuments.Id] = IdOf(upload, count),
                [MongoDocuments.PersistenceId] = persistenceId,
                [MongoDocuments.Upload] = upload,
                [MongoDocuments.Number] = count++,
                [MongoDocuments.Started] = started,
                [MongoDocuments.Data] = new BsonBinaryData(piece),
            };
            await retrying.RunAsync("saving a snapshot's chunk", token => chunks.ReplaceOneAsync(
                Filter.Eq(MongoDocuments.Id, document[MongoDocuments.Id]), document,
                new ReplaceOptions { IsUpsert = true }, token), cancelled);
        }

        return (upload, count);
    }

    /// <summary>The joined pieces; null when one is missing, since the snapshot was replaced or deleted meanwhile.</summary>
    public async Task<byte[]?> DownloadAsync(string upload, int count, CancellationToken cancelled)
    {
        using var joined = new MemoryStream();
        for (var number = 0; number < count; number++)
        {
            var id = IdOf(upload, number);
            var piece = await retrying.RunAsync("loading a snapshot's chunk",
                token => chunks.Find(Filter.Eq(MongoDocuments.Id, id)).FirstOrDefaultAsync(token), cancelled);
            if (piece is null)
                return null;
            joined.Write(piece[MongoDocuments.Data].AsByteArray);
        }

        return joined.ToArray();
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> uploads, CancellationToken cancelled)
    {
        if (uploads.Count > 0)
            await retrying.RunAsync("deleting a snapshot's chunks",
                token => chunks.DeleteManyAsync(Filter.In(MongoDocuments.Upload, uploads), token), cancelled);
    }

    /// <summary>Deletes what uploads that never ended have left behind.</summary>
    public async Task DeleteOrphansAsync(string persistenceId, CancellationToken cancelled)
    {
        var before = clock.GetUtcNow().UtcDateTime - Orphaned;
        var old = await retrying.RunAsync("looking for orphaned chunks", async token =>
        {
            var cursor = await chunks.DistinctAsync<string>(MongoDocuments.Upload,
                Filter.Eq(MongoDocuments.PersistenceId, persistenceId) & Filter.Lt(MongoDocuments.Started, before),
                cancellationToken: token);
            return await cursor.ToListAsync(token);
        }, cancelled);
        if (old.Count == 0)
            return;

        var named = await retrying.RunAsync("looking for orphaned chunks", async token =>
        {
            var found = await snapshots.Find(
                    Filter.Eq(MongoDocuments.PersistenceId, persistenceId) & Filter.In(MongoDocuments.Upload, old))
                .Project(Builders<BsonDocument>.Projection.Include(MongoDocuments.Upload)).ToListAsync(token);
            return found.Select(document => document[MongoDocuments.Upload].AsString).ToHashSet();
        }, cancelled);
        await DeleteAsync([.. old.Where(upload => !named.Contains(upload))], cancelled);
    }

    private static string IdOf(string upload, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{upload}_{number}");
}
