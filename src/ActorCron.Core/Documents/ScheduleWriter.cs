using System.Text.Json;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Core.Documents;

/// <summary>Writes schedule documents in the order of contract 5.</summary>
internal static class ScheduleWriter
{
    public static void Write(Utf8JsonWriter writer, Schedule schedule, ScheduleExtras? extras)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, schedule.Id);
        writer.WriteString("user"u8, schedule.User);
        writer.WriteString("description"u8, schedule.Description);
        writer.WriteStartArray("tags"u8);
        foreach (var tag in schedule.Tags) writer.WriteStringValue(tag);
        writer.WriteEndArray();
        WriteRule(writer, schedule.Time);
        writer.WriteString("timeZone"u8, schedule.Time.TimeZone);
        writer.WriteStartObject("job"u8);
        writer.WriteString("type"u8, schedule.Job.Type);
        writer.WritePropertyName("params"u8);
        writer.WriteRawValue(schedule.Job.Params);
        writer.WriteEndObject();
        writer.WriteString("queue"u8, schedule.Queue);
        writer.WriteNumber("priority"u8, schedule.Priority);
        WritePolicies(writer, schedule);
        if (extras is not null) WriteExtras(writer, extras);
        writer.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter writer, TimeSpec time)
    {
        if (time.Cron is { } cron) writer.WriteString("cron"u8, cron);
        if (time.Every is { } every) writer.WriteString("every"u8, Durations.Format(every));
        if (time.At is { } at) Instants.Write(writer, "at"u8, at);
        if (time.Fields is not { } fields) return;
        writer.WriteString("minute"u8, fields.Minute);
        writer.WriteString("hour"u8, fields.Hour);
        writer.WriteString("day"u8, fields.Day);
        writer.WriteString("month"u8, fields.Month);
        writer.WriteString("dayOfWeek"u8, fields.DayOfWeek);
    }

    private static void WritePolicies(Utf8JsonWriter writer, Schedule schedule)
    {
        writer.WriteStartObject("catchUp"u8);
        writer.WriteString("policy"u8, PolicyNames.CatchUp.Of(schedule.CatchUp.Policy));
        writer.WriteString("window"u8, Durations.Format(schedule.CatchUp.Window));
        writer.WriteEndObject();
        writer.WriteString("overlap"u8, PolicyNames.Overlap.Of(schedule.Overlap));
        writer.WriteString("execution"u8, PolicyNames.Execution.Of(schedule.Execution));
        writer.WriteStartObject("retry"u8);
        writer.WriteNumber("maxAttempts"u8, schedule.Retry.MaxAttempts);
        writer.WriteString("delay"u8, Durations.Format(schedule.Retry.Delay));
        writer.WriteNumber("factor"u8, schedule.Retry.Factor);
        writer.WriteString("maxDelay"u8, Durations.Format(schedule.Retry.MaxDelay));
        writer.WriteEndObject();
        writer.WriteString("timeout"u8, Durations.Format(schedule.Timeout));
        Instants.Write(writer, "startAt"u8, schedule.Time.StartAt);
        Instants.Write(writer, "endAt"u8, schedule.Time.EndAt);
        writer.WriteString("jitter"u8, Durations.Format(schedule.Jitter));
        writer.WriteBoolean("paused"u8, schedule.Paused);
        writer.WriteStartObject("dst"u8);
        writer.WriteString("gap"u8, DstNames.Gap.Of(schedule.Time.Dst.Gap));
        writer.WriteString("overlap"u8, DstNames.Overlap.Of(schedule.Time.Dst.Overlap));
        writer.WriteEndObject();
    }

    private static void WriteExtras(Utf8JsonWriter writer, ScheduleExtras extras)
    {
        writer.WriteNumber("revision"u8, extras.Revision);
        Instants.Write(writer, "createdAt"u8, extras.CreatedAt);
        Instants.Write(writer, "updatedAt"u8, extras.UpdatedAt);
        Instants.Write(writer, "nextFire"u8, extras.NextFire);
    }
}
