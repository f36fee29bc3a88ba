using System.Text.Json;
using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>What a run's attempts printed, as one text beside its record, so that lists never touch it. That of the newest attempt stands as it
/// is; where earlier ones printed something, their outputs stand in front of it, between two marks that no text begins with.</summary>
internal static class StoredOutput
{
    private const char Begin = '\u0002';
    private const char End = '\u0003';

    /// <summary>The text; null where nobody printed anything.</summary>
    public static string? Of(Run run)
    {
        var hasEarlier = run.Earlier?.Any(attempt => attempt.Output is not null) == true;
        if (!hasEarlier && run.Output?.StartsWith(Begin) != true) return run.Output;
        // Escaped as JSON, neither mark occurs in it.
        var outputs = JsonSerializer.Serialize((run.Earlier ?? []).Select(attempt => attempt.Output));
        return $"{Begin}{outputs}{End}{(run.Output is null ? "" : "+" + run.Output)}";
    }

    /// <summary>The run without what its attempts printed.</summary>
    public static Run Without(Run run) => run with { Output = null, Earlier = With(run.Earlier, _ => null) };

    /// <summary>The run with what its attempts printed.</summary>
    /// <param name="run">As <see cref="Without"/> left it.</param>
    /// <param name="text">What <see cref="Of"/> gave; null for nothing.</param>
    /// <exception cref="JsonException">The text is no such text.</exception>
    public static Run With(Run run, string? text)
    {
        if (text is null || !text.StartsWith(Begin) || text.IndexOf(End, StringComparison.Ordinal) is var end && end < 0) return run with { Output = text };
        var outputs = JsonSerializer.Deserialize<string?[]>(text.AsSpan(1, end - 1)) ?? [];
        return run with
        {
            Output = text.Length == end + 1 ? null : text[(end + 2)..],
            Earlier = With(run.Earlier, i => i < outputs.Length ? outputs[i] : null),
        };
    }

    private static List<RunAttempt>? With(IReadOnlyList<RunAttempt>? attempts, Func<int, string?> output) =>
        attempts is null ? null : [.. attempts.Select((attempt, i) => attempt with { Output = output(i) })];
}
