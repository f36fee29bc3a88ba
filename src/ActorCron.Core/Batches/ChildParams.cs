using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorCron.Core.Json;

namespace ActorCron.Core.Batches;

/// <summary>Puts together what the runs of a batch get as params. What the schedule's owner wrote stands: an item or a result only adds to it.</summary>
internal static class ChildParams
{
    /// <summary>An item's params: the map's own, and beside them the fields of the item that the map's own do not name.</summary>
    public static string OfItem(string own, string item)
    {
        if (own == "{}") return item;
        using var mine = JsonDocument.Parse(own);
        using var its = JsonDocument.Parse(item);
        var buffer = new ArrayBufferWriter<byte>(own.Length + item.Length);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options))
        {
            writer.WriteStartObject();
            foreach (var field in mine.RootElement.EnumerateObject()) field.WriteTo(writer);
            foreach (var field in its.RootElement.EnumerateObject())
                if (!mine.RootElement.TryGetProperty(field.Name, out _)) field.WriteTo(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The reduce's params: its own, the counts and the results.</summary>
    public static string OfReduce(string own, ItemResults results)
    {
        var json = new StringBuilder(own.Length + (results.Count * 48)).Append(own.AsSpan()[..^1]);
        if (own.Length > 2) json.Append(',');
        json.Append(CultureInfo.InvariantCulture, $"\"items\":{results.Count},\"succeeded\":{results.Succeeded},\"failed\":{results.Failed},\"results\":");
        results.AppendTo(json);
        return json.Append('}').ToString();
    }
}
