using Akka.Actor;
using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>Snapshots larger than a document.</summary>
public class MongoSnapshotStoreTests : MongoTestBase
{
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private IActorRef Snapshots => Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor(null);

    private IMongoCollection<BsonDocument> Documents => Store.Database.GetCollection<BsonDocument>("SnapshotStore");

    private IMongoCollection<BsonDocument> Chunks => Store.Database.GetCollection<BsonDocument>("SnapshotStoreChunks");

    [MongoFact]
    public async Task A_small_snapshot_has_the_official_plugins_fields()
    {
        await SaveAsync(1, [1, 2, 3]);

        var document = await Documents.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync();
        Assert.Equal(["_id", "PersistenceId", "SequenceNr", "Timestamp", "Snapshot", "Manifest", "SerializerId"], document.Names);
        Assert.Equal(("a_1", Time.Ticks), (document["_id"].AsString, document["Timestamp"].AsInt64));
    }

    [MongoFact]
    public async Task A_large_snapshot_that_compresses_well_is_one_document()
    {
        var large = new byte[40 * 1024 * 1024];
        await SaveAsync(1, large);

        Assert.Equal(large, await LoadAsync());
        Assert.Equal("brotli", (await Documents.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync())["Compression"]);
        Assert.Equal(0, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));
    }

    [MongoFact]
    public async Task A_larger_one_is_chunked_comes_back_whole_and_leaves_nothing_when_replaced_or_deleted()
    {
        var first = Noise(seed: 1);
        var second = Noise(seed: 2);

        await SaveAsync(1, first);
        Assert.Equal(first, await LoadAsync());
        Assert.Equal(3, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));

        await SaveAsync(1, second);
        Assert.Equal(second, await LoadAsync());
        Assert.Equal(3, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));

        Snapshots.Tell(new DeleteSnapshots("a", SnapshotSelectionCriteria.Latest), Probe);
        await Probe.ExpectMsgAsync<DeleteSnapshotsSuccess>();
        Assert.Equal(0, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty));
    }

    [MongoFact]
    public async Task Chunks_that_no_snapshot_names_are_neither_seen_nor_kept_for_ever()
    {
        foreach (var (started, number) in new[] { (DateTime.UtcNow.AddDays(-2), 0), (DateTime.UtcNow, 1) })
        {
            await Chunks.InsertOneAsync(new BsonDocument
            {
                ["_id"] = $"dead{number}_0", ["PersistenceId"] = "a", ["Upload"] = $"dead{number}", ["Number"] = 0,
                ["Started"] = started, ["Data"] = new byte[10],
            });
        }

        Assert.Null(await LoadAsync());
        await SaveAsync(1, Noise(seed: 3));

        var left = await Chunks.Find(Builders<BsonDocument>.Filter.Regex("Upload", "^dead")).ToListAsync();
        Assert.Equal("dead1", Assert.Single(left)["Upload"]); // It may still be under way.
    }

    [MongoFact]
    public async Task A_snapshot_with_a_chunk_missing_fails_to_load_and_says_so()
    {
        await SaveAsync(1, Noise(seed: 4));
        await Chunks.DeleteOneAsync(new BsonDocument("Number", 1));

        Snapshots.Tell(new LoadSnapshot("a", SnapshotSelectionCriteria.Latest, long.MaxValue), Probe);

        var failed = await Probe.ExpectMsgAsync<LoadSnapshotFailed>();
        Assert.Contains("Snapshot a_1 lacks some of its 3 chunks", failed.Cause.Message, StringComparison.Ordinal);
    }

    [MongoFact]
    public async Task A_reader_sees_the_old_snapshot_or_the_new_one_while_it_is_replaced()
    {
        byte[][] versions = [Noise(seed: 5), Noise(seed: 6)];
        await SaveAsync(1, versions[0]);
        var writer = Kit.CreateTestProbe();

        for (var i = 1; i <= 6; i++)
        {
            Snapshots.Tell(new SaveSnapshot(new SnapshotMetadata("a", 1, Time), versions[i % 2]), writer);
            var loaded = await LoadAsync();
            Assert.Contains(versions, version => version.AsSpan().SequenceEqual(loaded));
            await writer.ExpectMsgAsync<SaveSnapshotSuccess>();
        }
    }

    // Random bytes do not compress: 20 MB are three chunks.
    private static byte[] Noise(int seed)
    {
        var bytes = new byte[20 * 1024 * 1024];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task SaveAsync(long sequenceNr, byte[] snapshot)
    {
        Snapshots.Tell(new SaveSnapshot(new SnapshotMetadata("a", sequenceNr, Time), snapshot), Probe);
        await Probe.ExpectMsgAsync<SaveSnapshotSuccess>();
    }

    private async Task<byte[]?> LoadAsync()
    {
        Snapshots.Tell(new LoadSnapshot("a", SnapshotSelectionCriteria.Latest, long.MaxValue), Probe);
        return (byte[]?)(await Probe.ExpectMsgAsync<LoadSnapshotResult>()).Snapshot?.Snapshot;
    }
}
