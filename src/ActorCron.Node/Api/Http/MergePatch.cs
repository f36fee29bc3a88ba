using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Node.Api.Http;

/// <summary>JSON merge patch (RFC 7396): members of the patch replace those of the document, null takes one away, what is not named stays.</summary>
internal static class MergePatch
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <param name="document">The document.</param>
    /// <param name="utf8Patch">The patch.</param>
    /// <exception cref="ApiProblem">400: it is not one JSON object.</exception>
    public static byte[] Apply(byte[] document, byte[] utf8Patch)
    {
        var target = JsonNode.Parse(document)!.AsObject();
        Merge(target, Read(utf8Patch));
        using var buffer = new MemoryStream(document.Length + utf8Patch.Length);
        using (var writer = new Utf8JsonWriter(buffer)) target.WriteTo(writer);
        return buffer.ToArray();
    }

    private static JsonObject Read(byte[] utf8Patch)
    {
        try
        {
            if (JsonNode.Parse(utf8Patch, documentOptions: Strict) is JsonObject patch) return patch;
        }
        catch (JsonException malformed)
        {
            throw ApiProblem.Bad("body", $"is not JSON: line {malformed.LineNumber + 1}, position {malformed.BytePositionInLine + 1}");
        }
        throw ApiProblem.Bad("body", "must be a JSON object with the fields to change, such as { \"timeout\": \"2h\" }");
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner) Merge(Inner(target, name), inner);
            else target[name] = value.DeepClone();
        }
    }

    private static JsonObject Inner(JsonObject target, string name)
    {
        if (target[name] is JsonObject there) return there;
        var made = new JsonObject();
        target[name] = made;
        return made;
    }
}
