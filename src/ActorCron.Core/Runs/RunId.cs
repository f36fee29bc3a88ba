using System.Globalization;

namespace ActorCron.Core.Runs;

/// <summary>Names of runs. An occurrence's run is <c>&lt;schedule&gt;@2026-11-24T01:15Z</c> (<c>…:ssZ</c> where the second is not 0),
/// so that planning it twice names it once. Schedule ids hold no <c>@</c>.</summary>
public static class RunId
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <summary>The id of an occurrence's run.</summary>
    /// <param name="schedule">The schedule's id.</param>
    /// <param name="occurrence">Whole seconds, UTC.</param>
    public static string ForOccurrence(string schedule, DateTimeOffset occurrence) =>
        schedule + "@" + occurrence.UtcDateTime.ToString(Forms[occurrence.Second == 0 ? 0 : 1], CultureInfo.InvariantCulture);

    /// <summary>The id of a run that an operator asked for; <paramref name="unique"/> makes it one of its kind.</summary>
    public static string ForTrigger(string schedule, Guid unique) => $"{schedule}@manual-{unique:N}";

    /// <summary>The moment that the id of an occurrence's run names, UTC; null for any other id.</summary>
    public static DateTimeOffset? OccurrenceOf(string runId)
    {
        var at = runId.LastIndexOf('@');
        return at > 0 && DateTimeOffset.TryParseExact(runId.AsSpan(at + 1), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var occurrence)
            ? occurrence
            : null;
    }

    /// <summary>What decides which shard owns a run: its schedule, or the whole id for a run without one.</summary>
    public static string ShardKey(string runId)
    {
        var at = runId.LastIndexOf('@');
        return at <= 0 ? runId : runId[..at];
    }
}
