using System.IO.Compression;
using System.Security.Cryptography;
using MongoDB.Bson;

namespace ActorCron.Persistence.MongoDb.Snapshots;

/// <summary>Compresses what is large, and checks on the way back that nothing was lost.</summary>
internal static class SnapshotPacking
{
    /// <summary>Above this a snapshot is compressed, and if still above it, chunked. The server's limit is 16 MB.</summary>
    public const int Large = 15 * 1024 * 1024;

    private const string Brotli = "brotli";

    public static async Task<byte[]> CompressAsync(byte[] plain, CancellationToken cancelled)
    {
        using var packed = new MemoryStream();
        await using (var compressor = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await compressor.WriteAsync(plain, cancelled);
        return packed.ToArray();
    }

    /// <summary>Says in the snapshot's document how its bytes are packed.</summary>
    public static void Describe(BsonDocument document, byte[] plain)
    {
        document[MongoDocuments.Compression] = Brotli;
        document[MongoDocuments.Length] = plain.Length;
        document[MongoDocuments.Hash] = Convert.ToHexString(SHA256.HashData(plain));
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were saved.</exception>
    public static async Task<byte[]> UnpackAsync(BsonDocument document, byte[] packed, CancellationToken cancelled)
    {
        if (!document.TryGetValue(MongoDocuments.Compression, out var compression) || compression.IsBsonNull)
            return packed;
        if (compression.AsString != Brotli)
            throw new InvalidDataException(
                $"Snapshot {document[MongoDocuments.Id]} is compressed with '{compression}', which this version does not know.");

        using var plain = new MemoryStream(document[MongoDocuments.Length].AsInt32);
        await using (var decompressor = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress))
            await decompressor.CopyToAsync(plain, cancelled);
        var bytes = plain.ToArray();
        if (Convert.ToHexString(SHA256.HashData(bytes)) != document[MongoDocuments.Hash].AsString)
            throw new InvalidDataException($"Snapshot {document[MongoDocuments.Id]} is damaged: its hash does not match.");
        return bytes;
    }
}
