using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>Names as every store takes them for keys: without NUL and without halves of surrogate pairs (they stand as U+FFFD),
/// and short enough for an index. One odd name in a foreign message must not keep a whole batch from being written.
/// The run itself keeps its names as they are.</summary>
internal static class StoredText
{
    /// <summary>Characters of a user or queue that count; two of them fit PostgreSQL's index rows of 2.7 kB.</summary>
    private const int NameLength = 256;

    /// <summary>A run's key: its id with the part behind the last <c>@</c> in front (<c>2026-11-24T01:15Z@reports/nightly</c>). Keys of one
    /// time then lie side by side, so that a batch writes a few pages of that index instead of one a run.</summary>
    public static string Key(string runId)
    {
        var clean = Clean(runId);
        var at = clean.LastIndexOf('@');
        return at < 0 ? clean : $"{clean.AsSpan(at + 1)}@{clean.AsSpan(0, at)}";
    }

    public static string Name(string text) => Clean(text.Length > NameLength ? text[..NameLength] : text);

    /// <summary>A span from its ends in UTC ticks.</summary>
    public static PrunedSpan Span(long first, long last) => new(new(first, TimeSpan.Zero), new(last, TimeSpan.Zero));

    /// <summary>What was found by stored names, by the names as they were asked for.</summary>
    public static IReadOnlyDictionary<string, PrunedSpan> ByName(IReadOnlyCollection<string> schedules, IReadOnlyDictionary<string, PrunedSpan> found)
    {
        var spans = new Dictionary<string, PrunedSpan>(StringComparer.Ordinal);
        foreach (var schedule in schedules)
            if (found.TryGetValue(Name(schedule), out var span)) spans[schedule] = span;
        return spans;
    }

    /// <summary>The query in terms of stored keys.</summary>
    public static RunQuery Of(RunQuery query) => query with
    {
        Schedule = query.Schedule is null ? null : Name(query.Schedule),
        User = query.User is null ? null : Name(query.User),
        Queue = query.Queue is null ? null : Name(query.Queue),
    };

    private static string Clean(string text)
    {
        var odd = false;
        foreach (var c in text) odd |= c == '\0' || char.IsSurrogate(c);
        return odd ? string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString())) : text;
    }
}
