using System.Text.Json;
using ActorCron.Core.Text;

namespace ActorCron.Node.Api.Http;

/// <summary>A small JSON object read strictly: an unknown, repeated or misplaced field is an error that names it.</summary>
internal sealed class JsonFieldsOf
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    private readonly string _prefix;

    private JsonFieldsOf(JsonElement json, string prefix, ReadOnlySpan<string> known)
    {
        _prefix = prefix;
        foreach (var property in json.EnumerateObject())
        {
            var name = prefix + (property.Name.Length <= 100 ? property.Name : property.Name[..100] + "…");
            if (!known.Contains(property.Name)) throw ApiProblem.Bad(name, known.IsEmpty ? "is no field of this call, which takes none" : $"is no field of this call; it takes {string.Join(", ", known!)}");
            if (property.Value.ValueKind != JsonValueKind.Null) _fields[property.Name] = property.Value.Clone();
        }
    }

    /// <exception cref="ApiProblem">400.</exception>
    public static JsonFieldsOf Read(byte[] body, params ReadOnlySpan<string> known)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? new JsonFieldsOf(document.RootElement, "", known) : throw ApiProblem.Bad("body", "must be a JSON object");
        }
        catch (JsonException e)
        {
            throw ApiProblem.Bad("body", e.LineNumber is { } line ? $"is not JSON: line {line + 1}, byte {e.BytePositionInLine + 1}" : "is not JSON");
        }
        catch (InvalidOperationException)
        {
            throw ApiProblem.Bad("body", "holds text that is not UTF-8");
        }
    }

    /// <summary>An object within; null where it is absent.</summary>
    public JsonFieldsOf? Object(string name, params ReadOnlySpan<string> known)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Object ? new JsonFieldsOf(value, $"{_prefix}{name}.", known) : throw Bad(name, "must be an object");
    }

    /// <summary>One of the words of an enum, in lower case.</summary>
    public T? Word<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } word) return null;
        var names = Enum.GetNames<T>();
        return Array.Find(names, known => string.Equals(known.ToLowerInvariant(), word, StringComparison.Ordinal)) is { } found
            ? Enum.Parse<T>(found)
            : throw Bad(name, $"must be one of {string.Join(", ", names).ToLowerInvariant()}");
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    public string? Text(string name, int maxLength = 1000)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw Bad(name, "must be a text");
        try
        {
            var text = value.GetString()!;
            return text.Length <= maxLength ? text : throw Bad(name, $"is longer than {maxLength} characters");
        }
        catch (InvalidOperationException)
        {
            throw Bad(name, "holds half of a surrogate pair");
        }
    }

    /// <summary>A text, or a number as it is written.</summary>
    public string? TextOrNumber(string name) =>
        _fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(name);

    public int? Int(string name, int min, int max)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max ? number : throw Bad(name, $"must be a whole number from {min} to {max}");
    }

    public bool? Bool(string name)
    {
        if (!_fields.TryGetValue(name, out var value)) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad(name, "must be true or false");
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text) return null;
        return Instants.TryParse(text, out var instant) ? instant : throw Bad(name, $"must be {Instants.Expected}");
    }

    private ApiProblem Bad(string name, string message) => ApiProblem.Bad(_prefix + name, message);
}
