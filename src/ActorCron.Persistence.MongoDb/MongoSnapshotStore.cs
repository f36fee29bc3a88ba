using ActorCron.Persistence.MongoDb.Snapshots;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The snapshot store: <c>akka.persistence.snapshot-store.mongodb</c>. A snapshot is one document; a large one is
/// compressed, and one that is then still too large is kept in chunks, which its document names. Readers see a snapshot
/// whole or not at all.</summary>
public sealed class MongoSnapshotStore : SnapshotStore
{
    private const int LoadAttempts = 5;
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log;
    private readonly MongoConnection _connection;
    private readonly IMongoCollection<BsonDocument> _snapshots;
    private readonly SnapshotChunks _chunks;
    private readonly SnapshotCodec _codec;
    private readonly MongoIndexes _indexes;
    private readonly Retrying _retrying;

    /// <summary>Akka makes the store with its configuration section, whatever the section's path.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or wrong; the message names it, but no credentials.</exception>
    public MongoSnapshotStore(Config config)
    {
        var settings = MongoSnapshotSettings.Create(config);
        var clock = TimeProvider.System;
        _log = Context.GetLogger();
        _connection = MongoConnection.ForSnapshots(Context.System, settings);
        _retrying = new Retrying(new OutageLog(_log, _connection.Where, clock), _connection.Where, settings.CallTimeout, clock);
        _codec = new SnapshotCodec((ExtendedActorSystem)Context.System);

        _snapshots = _connection.Database.GetCollection<BsonDocument>(settings.Collection);
        var chunks = _connection.Database.GetCollection<BsonDocument>(settings.ChunkCollection);
        _chunks = new SnapshotChunks(chunks, _snapshots, _retrying, clock);
        _indexes = new MongoIndexes(settings.AutoInitialize, _retrying, _log)
            .With(_snapshots, MongoDocuments.PersistenceId, "-" + MongoDocuments.SequenceNr)
            .With(chunks, MongoDocuments.Upload)
            .With(chunks, MongoDocuments.PersistenceId);
    }

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync();
        for (var attempt = 1; ; attempt++)
        {
            var found = await _retrying.RunAsync("loading a snapshot", token => _snapshots
                .Find(Matching(persistenceId, criteria))
                .Sort(Builders<BsonDocument>.Sort.Descending(MongoDocuments.SequenceNr))
                .Limit(1).FirstOrDefaultAsync(token), cancellationToken);
            if (found is null)
                return null;
            if (await BytesAsync(found, cancellationToken) is { } bytes)
                return Selected(found, bytes);
            // Replaced or deleted between the two reads: what is there now is asked for anew.
            if (attempt == LoadAttempts)
                throw new InvalidDataException(
                    $"Snapshot {found[MongoDocuments.Id]} lacks some of its {found[MongoDocuments.Chunks]} chunks.");
        }
    }

    /// <inheritdoc/>
    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync();
        var document = await PackAsync(metadata, _codec.Encode(snapshot), cancellationToken);
        var replaced = await _retrying.RunAsync("saving a snapshot", token => _snapshots.FindOneAndReplaceAsync(
            Filter.Eq(MongoDocuments.Id, document[MongoDocuments.Id]), document,
            new FindOneAndReplaceOptions<BsonDocument>
            {
                IsUpsert = true,
                ReturnDocument = ReturnDocument.Before,
                Projection = Builders<BsonDocument>.Projection.Include(MongoDocuments.Upload),
            }, token), cancellationToken);

        var mine = UploadOf(document);
        await TidyAsync(async () =>
        {
            if (UploadOf(replaced) is { } old && old != mine)
                await _chunks.DeleteAsync([old], cancellationToken);
            if (mine is not null)
                await _chunks.DeleteOrphansAsync(metadata.PersistenceId, cancellationToken);
        });
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        var filter = Filter.Eq(MongoDocuments.PersistenceId, metadata.PersistenceId) &
            Filter.Eq(MongoDocuments.SequenceNr, metadata.SequenceNr);
        if (metadata.Timestamp > DateTime.MinValue)
            filter &= Filter.Lte(MongoDocuments.Timestamp, metadata.Timestamp.Ticks);
        return DeleteAsync(filter, cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        DeleteAsync(Matching(persistenceId, criteria), cancellationToken);

    /// <summary>Unhealthy while no primary answers within 5 s, or while the circuit breaker is open.</summary>
    public override async Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var breaker = await base.CheckHealthAsync(cancellationToken);
        return breaker.Status == PersistenceHealthStatus.Healthy
            ? await MongoHealth.CheckAsync(_connection, HealthTimeout, cancellationToken)
            : breaker;
    }

    private async Task DeleteAsync(FilterDefinition<BsonDocument> filter, CancellationToken cancelled)
    {
        await _indexes.EnsureAsync();
        var chunked = await _retrying.RunAsync("deleting snapshots", token => _snapshots
            .Find(filter & Filter.Exists(MongoDocuments.Upload))
            .Project(Builders<BsonDocument>.Projection.Include(MongoDocuments.Upload)).ToListAsync(token), cancelled);
        await _retrying.RunAsync("deleting snapshots", token => _snapshots.DeleteManyAsync(filter, token), cancelled);
        await TidyAsync(() => _chunks.DeleteAsync([.. chunked.Select(UploadOf).OfType<string>()], cancelled));
    }

    // The snapshot itself is saved or deleted by now; chunks that stay behind are found as orphans another time.
    private async Task TidyAsync(Func<Task> tidy)
    {
        try
        {
            await tidy();
        }
        catch (Exception e)
        {
            _log.Warning("Chunks of replaced or deleted snapshots stay in MongoDB at {0} for now: {1}",
                _connection.Where, TransientErrors.Describe(e));
        }
    }

    private async Task<BsonDocument> PackAsync(SnapshotMetadata metadata, byte[] bytes, CancellationToken cancelled)
    {
        var document = new BsonDocument
        {
            [MongoDocuments.Id] = $"{metadata.PersistenceId}_{metadata.SequenceNr}",
            [MongoDocuments.PersistenceId] = metadata.PersistenceId,
            [MongoDocuments.SequenceNr] = metadata.SequenceNr,
            [MongoDocuments.Timestamp] = metadata.Timestamp.Ticks,
            [MongoDocuments.Snapshot] = new BsonBinaryData(bytes),
            [MongoDocuments.Manifest] = "",
            [MongoDocuments.SerializerId] = _codec.SerializerId,
        };
        if (bytes.Length <= SnapshotPacking.Large)
            return document;

        SnapshotPacking.Describe(document, bytes);
        var packed = await SnapshotPacking.CompressAsync(bytes, cancelled);
        document[MongoDocuments.Snapshot] = new BsonBinaryData(packed);
        if (packed.Length <= SnapshotPacking.Large)
            return document;

        var (upload, count) = await _chunks.UploadAsync(metadata.PersistenceId, packed, cancelled);
        document[MongoDocuments.Snapshot] = BsonNull.Value;
        document[MongoDocuments.Upload] = upload;
        document[MongoDocuments.Chunks] = count;
        return document;
    }

    private async Task<byte[]?> BytesAsync(BsonDocument document, CancellationToken cancelled)
    {
        var packed = UploadOf(document) is { } upload
            ? await _chunks.DownloadAsync(upload, document[MongoDocuments.Chunks].AsInt32, cancelled)
            : document[MongoDocuments.Snapshot] is BsonBinaryData inline
                ? inline.Bytes
                : throw new InvalidDataException(
                    $"Snapshot {document[MongoDocuments.Id]} is a BSON object, written with legacy-serialization = on, which " +
                    "is not read here. Convert it with the official plugin first, or delete it if all events are kept.");
        return packed is null ? null : await SnapshotPacking.UnpackAsync(document, packed, cancelled);
    }

    private SelectedSnapshot Selected(BsonDocument document, byte[] bytes)
    {
        var metadata = new SnapshotMetadata(
            document[MongoDocuments.PersistenceId].AsString,
            document[MongoDocuments.SequenceNr].ToInt64(),
            new DateTime(document[MongoDocuments.Timestamp].ToInt64(), DateTimeKind.Utc));
        var serializer = document.TryGetValue(MongoDocuments.SerializerId, out var id) && id.IsInt32 ? id.AsInt32 : (int?)null;
        var manifest = document.TryGetValue(MongoDocuments.Manifest, out var text) && text.IsString ? text.AsString : "";
        return new SelectedSnapshot(metadata, _codec.Decode(bytes, serializer, manifest));
    }

    private static FilterDefinition<BsonDocument> Matching(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var filter = Filter.Eq(MongoDocuments.PersistenceId, persistenceId);
        if (criteria.MaxSequenceNr < long.MaxValue)
            filter &= Filter.Lte(MongoDocuments.SequenceNr, criteria.MaxSequenceNr);
        if (criteria.MinSequenceNr > 0)
            filter &= Filter.Gte(MongoDocuments.SequenceNr, criteria.MinSequenceNr);
        if (criteria.MaxTimeStamp < DateTime.MaxValue)
            filter &= Filter.Lte(MongoDocuments.Timestamp, criteria.MaxTimeStamp.Ticks);
        if (criteria.MinTimestamp is { } earliest && earliest > DateTime.MinValue)
            filter &= Filter.Gte(MongoDocuments.Timestamp, earliest.Ticks);
        return filter;
    }

    private static string? UploadOf(BsonDocument? document) =>
        document is not null && document.TryGetValue(MongoDocuments.Upload, out var upload) && upload.IsString ? upload.AsString : null;
}
