using System.Text.Json;

namespace ActorCron.Hosting.Jobs;

/// <summary>Reads a job's params strictly: a wrong type, a name given twice or a name that nobody reads is an error that says what would be right.</summary>
internal sealed class ParamsReader : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };
    private readonly JsonDocument _document;

    /// <param name="parameters">A JSON object as text.</param>
    /// <param name="known">Every name that may be given.</param>
    /// <exception cref="FormatException">It is no JSON object, or holds other names.</exception>
    public ParamsReader(string parameters, params ReadOnlySpan<string> known) : this(parameters, tolerant: false, known)
    {
    }

    /// <param name="parameters">A JSON object as text.</param>
    /// <param name="tolerant">Whether other names are passed over: an item of a batch holds data for the job beside what its handler reads.</param>
    /// <param name="known">Every name that is read.</param>
    /// <exception cref="FormatException">It is no JSON object, or holds other names.</exception>
    public ParamsReader(string parameters, bool tolerant, params ReadOnlySpan<string> known)
    {
        try
        {
            _document = JsonDocument.Parse(parameters, Options);
        }
        catch (JsonException e)
        {
            throw new FormatException($"params are not valid JSON: {e.Message}");
        }
        if (_document.RootElement.ValueKind != JsonValueKind.Object) throw Refused($"params must be a JSON object, not {Kind(_document.RootElement)}");
        foreach (var property in _document.RootElement.EnumerateObject())
            if (!tolerant && !known.Contains(property.Name))
                throw Refused($"params.{Shorten(property.Name)} is not known: {MeantParams.Hint(property.Name, known.ToArray()) ?? $"this job takes {string.Join(", ", known!)}"}");
    }

    /// <summary>The names that are given.</summary>
    public IEnumerable<string> Names => _document.RootElement.EnumerateObject().Select(property => property.Name);

    /// <summary>The value, or null where it is left out or null.</summary>
    public JsonElement? Value(string name) =>
        _document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string, or null where it is left out. A NUL cannot be handed to a process or a server.</summary>
    public string? Text(string name)
    {
        if (Value(name) is not { } value) return null;
        var text = Text(value, name);
        return text.Contains('\0', StringComparison.Ordinal) ? throw Refused($"params.{name} must not hold a NUL character") : text;
    }

    /// <summary>A whole number of the range, or null where it is left out.</summary>
    public int? Number(string name, int min, int max)
    {
        if (Value(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Refused($"params.{name} must be a whole number from {min} to {max}, not {Kind(value)}");
    }

    /// <summary>An object of strings as pairs; empty where it is left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Texts(string name)
    {
        if (Value(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Object) throw Refused($"params.{name} must be an object of strings, not {Kind(value)}");
        return [.. value.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, Text(property.Value, $"{name}.{property.Name}")))];
    }

    /// <summary>The error, as a job's failure shows it.</summary>
    public static FormatException Refused(string message) => new(message);

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Null => "null",
        _ => Shorten(value.GetRawText()),
    };

    public void Dispose() => _document.Dispose();

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refused($"params.{name} must be a string, not {Kind(value)}");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
