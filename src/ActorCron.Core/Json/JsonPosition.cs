using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ActorCron.Core.Json;

/// <summary>Where in a document something is wrong.</summary>
internal static class JsonPosition
{
    /// <summary>Line and column (in characters) and the offset in bytes, all from 1.</summary>
    public static (long Line, int Column, int Offset) Of(ReadOnlySpan<byte> utf8, JsonException cause)
    {
        var line = cause.LineNumber ?? 0;
        var start = 0;
        for (var i = 0L; i < line; i++)
        {
            var end = utf8[start..].IndexOf((byte)'\n');
            if (end < 0) break;
            start += end + 1;
        }
        var before = (int)Math.Min(cause.BytePositionInLine ?? 0, utf8.Length - start);
        return (line + 1, Encoding.UTF8.GetCharCount(utf8.Slice(start, before)) + 1, start + before + 1);
    }

    public static int FirstInvalidByte(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (at < utf8.Length && Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == OperationStatus.Done) at += length;
        return at;
    }
}
