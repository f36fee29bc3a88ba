using System.Text.Json;
using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Node.Api.Schedules;

/// <summary>The next occurrences of a rule.</summary>
internal static class OccurrencesJson
{
    /// <summary>Writes the member <c>next</c>: instants strictly after <paramref name="from"/>, at most <paramref name="count"/>.</summary>
    public static void Write(Utf8JsonWriter json, TimeRule rule, DateTimeOffset from, int count)
    {
        json.WriteStartArray("next"u8);
        var after = from;
        for (var i = 0; i < count && rule.Next(after) is { } next && next > after; i++)
        {
            json.WriteStringValue(Instants.Format(next));
            after = next;
        }
        json.WriteEndArray();
    }
}
