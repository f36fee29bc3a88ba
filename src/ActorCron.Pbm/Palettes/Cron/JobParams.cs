using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>A job's params from <c>--params JSON</c> and <c>--param KEY=VALUE</c>.</summary>
internal static class JobParams
{
    // Text whatever it looks like: the command 'true' is a command, and a body of '1' is a body.
    private static readonly HashSet<(string Type, string Key)> AlwaysText =
        [("shell", "command"), ("http", "url"), ("http", "method"), ("http", "body")];

    /// <param name="type">The job type; some params of the built-in ones are always text.</param>
    /// <param name="json">The whole object, or null.</param>
    /// <param name="pairs"><c>KEY=VALUE</c>: VALUE counts as JSON when it is valid JSON (<c>5</c>, <c>true</c>, <c>"5"</c>), else as text.</param>
    /// <exception cref="UsageException">Not a JSON object, or not KEY=VALUE.</exception>
    public static JsonObject Read(string? type, string? json, IEnumerable<string> pairs)
    {
        var given = json is null ? [] : Parse(json) as JsonObject ?? throw new UsageException($"--params: give a JSON object, such as '{{\"command\": \"make\"}}'; this is not one: {json}");
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UsageException($"--param: '{pair}' is not KEY=VALUE");
            var (key, value) = (pair[..equals], pair[(equals + 1)..]);
            given[key] = type is not null && AlwaysText.Contains((type, key)) ? JsonValue.Create(value) : Value(value);
        }
        return given;
    }

    private static JsonNode? Value(string text) => text == "null" ? null : Parse(text) ?? JsonValue.Create(text);

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
