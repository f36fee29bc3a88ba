using System.Text.Json;
using System.Text.RegularExpressions;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Verdicts for a person, newest first: neighbours that are alike are one line, and where that still makes too many lines,
/// a line stands for a minute, an hour or a day. A day of an every-second rule is a few lines, not 86,400.</summary>
internal static partial class VerdictStory
{
    /// <summary>Lines beyond which the story is told by stretches of time.</summary>
    public const int MostLines = 40;

    // Two alike stay two lines: each of their runs can be looked at.
    private const int LeastAlike = 3;

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
        TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28),
    ];

    /// <param name="oldestFirst">The verdicts as the API gives them.</param>
    public static IReadOnlyList<VerdictStretch> Of(IEnumerable<JsonElement> oldestFirst)
    {
        List<JsonElement> all = [.. oldestFirst];
        var told = Alike(all);
        for (var i = 0; told.Count > MostLines && i < Steps.Length; i++) told = ByTime(all, Steps[i]);
        told.Reverse();
        return told;
    }

    private static List<VerdictStretch> Alike(List<JsonElement> all)
    {
        var told = new List<VerdictStretch>();
        foreach (var alike in Neighbours(all, Kind))
        {
            if (alike.Count < LeastAlike) told.AddRange(alike.Select(verdict => new VerdictStretch([verdict], true)));
            else told.Add(new VerdictStretch(alike, true));
        }
        return told;
    }

    // A stretch of time whose verdicts are all alike goes on in the next one.
    private static List<VerdictStretch> ByTime(List<JsonElement> all, TimeSpan step)
    {
        var told = new List<VerdictStretch>();
        foreach (var some in Neighbours(all, verdict => Cell.TryInstant(VerdictStretch.At(verdict), out var at) ? at.UtcTicks / step.Ticks : 0L))
        {
            var isAlike = some.TrueForAll(verdict => Kind(verdict) == Kind(some[0]));
            if (isAlike && told.Count > 0 && told[^1] is { IsAlike: true } last && Kind(last.Newest) == Kind(some[0]))
                told[^1] = new VerdictStretch([.. last.Verdicts, .. some], true);
            else
                told.Add(new VerdictStretch(some, isAlike));
        }
        return told;
    }

    private static IEnumerable<List<JsonElement>> Neighbours<TKey>(List<JsonElement> all, Func<JsonElement, TKey> key) where TKey : IEquatable<TKey>
    {
        List<JsonElement>? alike = null;
        foreach (var verdict in all)
        {
            if (alike is not null && key(alike[0]).Equals(key(verdict)))
            {
                alike.Add(verdict);
                continue;
            }
            if (alike is not null) yield return alike;
            alike = [verdict];
        }
        if (alike is not null) yield return alike;
    }

    // Where and how fast a run succeeded does not make it another story; why one failed does.
    private static string Kind(JsonElement verdict)
    {
        var outcome = verdict.Text("verdict", "state") ?? "";
        return outcome == "succeeded" ? outcome : $"{outcome}\n{Instants().Replace(verdict.Text("reason", "why") ?? "", "…")}";
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?")]
    private static partial Regex Instants();
}
