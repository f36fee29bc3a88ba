using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>How schedules are listed.</summary>
internal static class ScheduleColumns
{
    public static readonly IReadOnlyList<Column> All =
    [
        Column.Of("ID", "id"),
        new("WHEN", Rule),
        Column.Of("ZONE", "timeZone", rank: 1),
        Column.Of("TYPE", "job.type", rank: 2),
        Column.Of("QUEUE", "queue", rank: 4),
        Column.Of("USER", "user", rank: 3),
        new("STATE", schedule => schedule.Flag("paused") == true ? "paused" : "active", ColumnKind.State),
        Column.Instant("NEXT", "nextFire"),
        new("JOB", Job, ColumnKind.Remark, Rank: 1),
    ];

    /// <summary>What it runs: the command line, the request, else the params.</summary>
    public static string? Job(JsonElement schedule) => schedule.At("job.type") switch
    {
        "shell" when schedule.At("job.params.command") is { } command => command,
        "http" when schedule.At("job.params.url") is { } url => schedule.At("job.params.method") is { } method ? $"{method} {url}" : url,
        _ => schedule.At("job.params") is { } parameters and not "{}" ? parameters : null,
    };

    /// <summary>The time rule in one cell, whichever of its four forms the schedule has.</summary>
    public static string? Rule(JsonElement schedule)
    {
        if (schedule.Text("cron") is { } cron) return cron;
        if (schedule.Text("every") is { } every) return $"every {every}";
        if (schedule.Text("at") is { } at) return $"at {Cell.Instant(at)}";
        string[] fields = ["minute", "hour", "day", "month", "dayOfWeek"];
        return string.Join(' ', fields.Select(field => schedule.Text(field) ?? "*"));
    }
}
