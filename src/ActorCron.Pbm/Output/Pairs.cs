using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>A document as name and value, nested objects by dotted names, in the API's order.</summary>
internal static class Pairs
{
    public static IEnumerable<(string Name, string Value)> Of(JsonElement document, string prefix = "")
    {
        if (document.ValueKind != JsonValueKind.Object) yield break;
        foreach (var property in document.EnumerateObject())
        {
            var name = prefix + property.Name;
            // A job's params are the user's own document: shown whole, as they can be given back with --params.
            if (property.Value.ValueKind == JsonValueKind.Object && property.Name != "params")
                foreach (var pair in Of(property.Value, name + ".")) yield return pair;
            else
                yield return (name, Cell.Of(property.Value));
        }
    }
}
