using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace ActorCron.History;

/// <summary>Where a page ended: the scheduled time of its last run (UTC ticks) and what tells runs of the same time apart in that store.
/// As text: base64url of a version, a store's letter, both values and four bytes of a checksum.</summary>
internal static class RunCursor
{
    private const byte Version = 1;
    private const int Head = 10;
    private const int Check = 4;

    public static string Write(char store, long scheduledFor, ReadOnlySpan<byte> tie)
    {
        Span<byte> bytes = stackalloc byte[Head + tie.Length + Check];
        bytes[0] = Version;
        bytes[1] = (byte)store;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], scheduledFor);
        tie.CopyTo(bytes[Head..]);
        Checksum(bytes[..^Check]).CopyTo(bytes[^Check..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="FormatException">The text is not a cursor of this store.</exception>
    public static (long ScheduledFor, byte[] Tie) Read(char store, string text)
    {
        var bytes = Decode(text);
        if (bytes.Length < Head + Check || bytes[0] != Version || bytes[1] != store || !bytes.AsSpan(^Check..).SequenceEqual(Checksum(bytes.AsSpan(..^Check))))
            throw new FormatException("The cursor is not one that a page of runs ended with: take 'after' from the page before, unchanged.");
        return (BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(2)), bytes[Head..^Check]);
    }

    // Not a secret, only a guard: a typed or cut cursor must not silently name another place.
    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, Check);

    private static byte[] Decode(string text)
    {
        try
        {
            return text.Length > 4096 ? [] : Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
