using System.Globalization;
using System.Text.Json;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Fire times for a person: in UTC, in the schedule's zone, and how far away.</summary>
internal static class FireTimes
{
    public static void Print(Call call, JsonElement answer, string? zone)
    {
        var local = zone is not null && zone != "UTC" && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : null;
        var columns = new List<Column> { new("UTC", time => Cell.Instant(Text(time))) };
        if (local is not null) columns.Add(new(local.Id, time => Cell.TryInstant(Text(time), out var at) ? Local(at, local) : ""));
        columns.Add(new("FROM NOW", time => Cell.TryInstant(Text(time), out var at) ? Cell.Relative(at, call.Now) : ""));
        var times = answer.List("next", "items", "occurrences").ToList();
        if (times.Count == 0) call.Console.Error.WriteLine("It does not fire again.");
        else TableOutput.Write(call.Console, columns, times);
    }

    /// <summary>An occurrence as the API gives it: a bare instant, or an object that holds one.</summary>
    public static string? Text(JsonElement time) =>
        time.ValueKind == JsonValueKind.String ? time.GetString() : time.Text("utc", "scheduledFor", "at", "time");

    private static string Local(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("ddd yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
