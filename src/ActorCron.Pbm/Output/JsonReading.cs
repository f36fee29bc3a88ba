using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>Lenient reading of the API's answers: a key that is not there, or an answer without a body, reads as nothing.</summary>
internal static class JsonReading
{
    public static bool TryGet(this JsonElement json, string key, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>The value behind <paramref name="key"/> as text, or null.</summary>
    public static string? Text(this JsonElement json, string key) =>
        json.TryGet(key, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    /// <summary>The first of <paramref name="keys"/> that is there.</summary>
    public static string? Text(this JsonElement json, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (json.Text(key) is { } text) return text;
        return null;
    }

    /// <summary>The value behind a dotted path, such as <c>job.type</c>.</summary>
    public static string? At(this JsonElement json, string path)
    {
        var keys = path.Split('.');
        foreach (var key in keys.AsSpan(0, keys.Length - 1))
            if (!json.TryGet(key, out json)) return null;
        return json.Text(keys[^1]);
    }

    public static bool? Flag(this JsonElement json, string key) =>
        json.TryGet(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    /// <summary>The elements of an array, or of the array behind the first of <paramref name="keys"/> that holds one.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement json, params string[] keys)
    {
        if (json.ValueKind == JsonValueKind.Array) return json.EnumerateArray();
        foreach (var key in keys)
            if (json.TryGet(key, out var list) && list.ValueKind == JsonValueKind.Array) return list.EnumerateArray();
        return [];
    }
}
