using System.IO.Compression;
using System.Text;

namespace ActorCron.Core.Batches;

/// <summary>Texts without line ends as one compressed text: a hundred thousand small ones take little room in a journal.</summary>
internal static class ItemPack
{
    public static string Pack(IEnumerable<string> texts)
    {
        using var buffer = new MemoryStream();
        using (var brotli = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new StreamWriter(brotli, new UTF8Encoding(false))) writer.Write(string.Join('\n', texts));
        return Convert.ToBase64String(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>What <see cref="Pack"/> was given; nothing and one empty text look alike, so the caller knows the count.</summary>
    public static string[] Unpack(string packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var reader = new StreamReader(brotli, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n');
    }
}
