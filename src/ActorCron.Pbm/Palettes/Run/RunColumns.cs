using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>How runs are listed.</summary>
internal static class RunColumns
{
    public static IReadOnlyList<Column> For(TimeProvider time) =>
    [
        Column.Of("RUN", "runId"),
        new("STATE", run => run.Text("state"), ColumnKind.State),
        Column.Of("TRIGGER", "trigger", rank: 5),
        Column.Of("ATTEMPT", "attempt", rank: 3),
        Column.Instant("STARTED", "started", rank: 2),
        new("TOOK", run => Took(run, time.GetUtcNow()), Rank: 1),
        Column.Of("QUEUE", "queue", rank: 4),
        Column.Of("NODE", "node", rank: 6),
        new("RESULT", Result, ColumnKind.Remark, Rank: 1),
    ];

    private static string? Took(JsonElement run, DateTimeOffset now)
    {
        if (!Cell.TryInstant(run.Text("started"), out var started)) return null;
        if (Cell.TryInstant(run.Text("finished"), out var finished)) return Cell.Span(finished - started);
        return run.Text("state") == "running" ? $"{Cell.Span(now - started)}…" : null;
    }

    private static string? Result(JsonElement run)
    {
        if (run.Text("error") is { Length: > 0 } error) return error.Length > 200 ? $"{error[..199]}…" : error;
        return run.Text("exitCode") is { } code and not "0" ? $"exit {code}" : null;
    }
}
