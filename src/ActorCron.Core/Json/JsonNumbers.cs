using System.Text.Json;

namespace ActorCron.Core.Json;

/// <summary>Numbers that may be null.</summary>
internal static class JsonNumbers
{
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, decimal? number)
    {
        if (number is { } value) writer.WriteNumber(name, value);
        else writer.WriteNull(name);
    }
}
