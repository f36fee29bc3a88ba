using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ActorCron.Core.Json;

/// <summary>Job params: any JSON object up to <see cref="MaxBytes"/>, kept as its owner wrote it but for the blanks.</summary>
public static class JsonParams
{
    /// <summary>The largest params as compact UTF-8 text.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The deepest nesting, the params object itself being level 1. Well under what JSON readers take, so that answers may wrap it.</summary>
    public const int MaxDepth = 32;

    // Walks to the object's end. Names twice in one object are refused: each reader would pick its own.
    internal static bool Walk(ref Utf8JsonReader json, string field, ref JsonFields fields)
    {
        var outer = json.CurrentDepth;
        var names = new Stack<HashSet<string>>();
        var problem = (string?)null;
        names.Push(new HashSet<string>(StringComparer.Ordinal));
        while (names.Count > 0 && json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.StartObject:
                    names.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    names.Pop();
                    break;
                case JsonTokenType.PropertyName or JsonTokenType.String when json.ValueIsEscaped || json.TokenType == JsonTokenType.PropertyName:
                    problem ??= CheckText(ref json, names.Peek());
                    break;
            }
            if (json.CurrentDepth - outer >= MaxDepth) problem ??= $"is nested deeper than {MaxDepth} levels";
        }
        if (problem is not null) fields.Report(field, problem);
        return problem is null;
    }

    internal static string? Compact(ReadOnlySpan<byte> utf8, string field, ref JsonFields fields)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(utf8.Length);
        try
        {
            var length = RemoveBlanks(utf8, buffer);
            if (length <= MaxBytes) return Encoding.UTF8.GetString(buffer, 0, length);
            fields.Report(field, $"has {length} bytes; at most {MaxBytes} are allowed");
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? CheckText(ref Utf8JsonReader json, HashSet<string> names)
    {
        try
        {
            var text = json.GetString()!;
            if (json.TokenType != JsonTokenType.PropertyName || names.Add(text)) return null;
            return $"gives \"{JsonFields.Shorten(text)}\" twice in one object";
        }
        catch (InvalidOperationException)
        {
            return @"holds half of a surrogate pair (such as \ud800 alone), which is no character";
        }
    }

    private static int RemoveBlanks(ReadOnlySpan<byte> utf8, Span<byte> compact)
    {
        var (length, inString, escaped) = (0, false, false);
        foreach (var b in utf8)
        {
            if (!inString && b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') continue;
            compact[length++] = b;
            if (escaped) escaped = false;
            else if (b == '"') inString = !inString;
            else escaped = inString && b == '\\';
        }
        return length;
    }
}
