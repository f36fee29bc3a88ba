using System.Globalization;
using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Neighbouring occurrences that are told in one line.</summary>
/// <param name="Verdicts">Oldest first; at least one.</param>
/// <param name="IsAlike">Whether the same became of all of them, for the same reason.</param>
internal sealed record VerdictStretch(IReadOnlyList<JsonElement> Verdicts, bool IsAlike)
{
    public JsonElement Newest => Verdicts[^1];

    /// <summary>The line as the document that the table's columns read.</summary>
    public JsonElement ToRow()
    {
        if (Verdicts.Count == 1) return Newest;
        return JsonDocument.Parse(JsonText.Object(json =>
        {
            json.WriteString("occurrence", At(Verdicts[0]));
            json.WriteString("last", At(Newest));
            json.WriteNumber("count", Verdicts.Count);
            json.WriteString("verdict", IsAlike ? Outcome(Newest) : "mixed");
            json.WriteString("reason", IsAlike ? Why() : Counts());
            if (Newest.Text("runId") is { } run) json.WriteString("runId", run);
        })).RootElement;
    }

    /// <summary>The occurrence of a line; of several the first, the last and how many.</summary>
    public static string Occurrence(JsonElement row)
    {
        var first = Cell.Instant(At(row));
        return row.Text("count") is { } count ? $"{first} to {Cell.Instant(row.Text("last"))} ({count})" : first;
    }

    public static string? At(JsonElement verdict) => FireTimes.Text(verdict) ?? verdict.Text("occurrence");

    private static string Outcome(JsonElement verdict) => verdict.Text("verdict", "state") ?? "";

    private static string Reason(JsonElement verdict) => verdict.Text("reason", "why") ?? "";

    private string Why() => Verdicts.All(verdict => Reason(verdict) == Reason(Newest)) ? Reason(Newest) : $"the newest: {Reason(Newest)}";

    private string Counts()
    {
        var counts = Verdicts.GroupBy(Outcome).OrderByDescending(group => group.Count())
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
        var wrong = Verdicts.LastOrDefault(verdict => Outcome(verdict) is not ("succeeded" or "upcoming" or "running" or "dispatched"));
        return string.Join(", ", counts) + (wrong.ValueKind == JsonValueKind.Undefined ? "" : $"; the newest {Outcome(wrong)} at {Cell.Instant(At(wrong))}: {Reason(wrong)}");
    }
}
