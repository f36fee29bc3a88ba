using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Verdicts for a person: a paused week of an every-minute schedule is one line, not ten thousand.
/// Only neighbours without a run and with the same verdict and reason are drawn together.</summary>
internal static class VerdictRanges
{
    private const int Least = 3;

    public static IEnumerable<JsonElement> Collapse(IEnumerable<JsonElement> verdicts)
    {
        var alike = new List<JsonElement>();
        foreach (var verdict in verdicts)
        {
            if (alike.Count > 0 && (Kind(verdict) is not { } kind || kind != Kind(alike[0])))
            {
                foreach (var row in Rows(alike)) yield return row;
                alike.Clear();
            }
            alike.Add(verdict);
        }
        foreach (var row in Rows(alike)) yield return row;
    }

    /// <summary>The occurrence of a verdict; of several drawn together the first, the last and how many.</summary>
    public static string Occurrence(JsonElement verdict)
    {
        var first = Cell.Instant(FireTimes.Text(verdict) ?? verdict.Text("occurrence"));
        return verdict.Text("count") is { } count ? $"{first} to {Cell.Instant(verdict.Text("last"))} ({count})" : first;
    }

    private static string? Kind(JsonElement verdict) =>
        verdict.Text("runId") is null ? $"{verdict.Text("verdict", "state")}\n{verdict.Text("reason", "why")}" : null;

    private static IEnumerable<JsonElement> Rows(List<JsonElement> alike) => alike.Count < Least ? [.. alike] : [Range(alike)];

    private static JsonElement Range(List<JsonElement> alike)
    {
        var (first, last) = (alike[0], alike[^1]);
        return JsonDocument.Parse(JsonText.Object(json =>
        {
            json.WriteString("occurrence", FireTimes.Text(first) ?? first.Text("occurrence"));
            json.WriteString("last", FireTimes.Text(last) ?? last.Text("occurrence"));
            json.WriteNumber("count", alike.Count);
            json.WriteString("verdict", first.Text("verdict", "state"));
            json.WriteString("reason", first.Text("reason", "why"));
        })).RootElement;
    }
}
