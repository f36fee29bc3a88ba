using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>One value of the API as text for a person.</summary>
internal static class Cell
{
    // C0, DEL and C1 controls can drive a terminal; bidirectional overrides can make a line read as another one.
    private static readonly SearchValues<char> Hostile = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(c => (char)c)]);

    /// <summary>A value: text as it is, a list comma-separated, an object as compact JSON, null as nothing.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Of)),
        _ => value.GetRawText(),
    };

    /// <summary>On one line, and harmless to a terminal: what a job or a user wrote is printed, never obeyed.</summary>
    public static string Clean(string text) =>
        !text.AsSpan().ContainsAny(Hostile) ? text : string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = from[i] is '\n' or '\r' or '\t' ? ' ' : Hostile.Contains(from[i]) ? '\uFFFD' : from[i];
        });

    /// <summary>An instant of the API, shortened to what differs: <c>2026-11-24 01:15:00Z</c>, milliseconds only where there are any.</summary>
    public static string Instant(string? text)
    {
        if (text is null || !TryInstant(text, out var instant)) return text ?? "";
        var utc = instant.UtcDateTime;
        return utc.ToString(utc.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    public static bool TryInstant(string? text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);

    /// <summary>A span in at most two units: <c>3d 4h</c>, <c>12m 5s</c>, <c>1.204s</c>.</summary>
    public static string Span(TimeSpan span)
    {
        var s = span.Duration();
        return s switch
        {
            { TotalDays: >= 1 } => $"{(int)s.TotalDays}d {s.Hours}h",
            { TotalHours: >= 1 } => $"{s.Hours}h {s.Minutes}m",
            { TotalMinutes: >= 1 } => $"{s.Minutes}m {s.Seconds}s",
            { TotalSeconds: >= 10 } => $"{s.Seconds}s",
            _ => string.Create(CultureInfo.InvariantCulture, $"{s.TotalSeconds:0.###}s"),
        };
    }

    /// <summary>How far <paramref name="instant"/> is from <paramref name="now"/>: <c>in 3m 2s</c> or <c>5s ago</c>.</summary>
    public static string Relative(DateTimeOffset instant, DateTimeOffset now)
    {
        var seconds = TimeSpan.FromSeconds(Math.Round((instant - now).TotalSeconds));
        return seconds < TimeSpan.Zero ? $"{Span(seconds)} ago" : $"in {Span(seconds)}";
    }
}
