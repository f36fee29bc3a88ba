using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ActorCron.Core.Json;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>A schedule as JSON (contract 5): read strictly, written completely, so that what was written reads as the same schedule.</summary>
public static class ScheduleDocument
{
    /// <summary>The largest document read.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Reads a schedule and fills in what it leaves out, or says everything that is wrong with it. The fields that answers
    /// add (<c>revision</c>, <c>createdAt</c>, <c>updatedAt</c>, <c>nextFire</c>) are passed over. Never throws.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="defaults">For the fields that it leaves out.</param>
    /// <param name="idFromRoute">The id that the request's address names, or null. The document may then leave it out; another one is a problem.</param>
    /// <param name="schedule">The schedule; <see cref="Schedule.FromCrontab"/> is never set.</param>
    /// <param name="problems">Empty when it was right.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, ScheduleDefaults defaults, string? idFromRoute,
        [NotNullWhen(true)] out Schedule? schedule, out ImmutableArray<FieldProblem> problems)
    {
        schedule = StrictDocument.Read(utf8, MaxBytes, (ref JsonFields json) => ScheduleReader.Read(ref json, defaults, idFromRoute), out problems);
        return schedule is not null;
    }

    /// <summary>What is wrong with a schedule that code has made, by the same rules.</summary>
    public static ImmutableArray<FieldProblem> Check(Schedule schedule)
    {
        byte[] written;
        try
        {
            written = Serialize(schedule);
        }
        catch (JsonException)
        {
            return [new FieldProblem("job.params", "is not a JSON object")];
        }
        TryParse(written, ScheduleDefaults.BuiltIn, null, out _, out var problems);
        return problems;
    }

    /// <summary>Writes a complete document.</summary>
    /// <exception cref="JsonException">The job's params are not JSON.</exception>
    public static void Write(Utf8JsonWriter writer, Schedule schedule) => ScheduleWriter.Write(writer, schedule, null);

    /// <summary>Writes a complete document with the fields that only answers have.</summary>
    /// <exception cref="JsonException">The job's params are not JSON.</exception>
    public static void Write(Utf8JsonWriter writer, Schedule schedule, ScheduleExtras extras) => ScheduleWriter.Write(writer, schedule, extras);

    /// <summary>A complete document as UTF-8, on one line.</summary>
    /// <exception cref="JsonException">The job's params are not JSON.</exception>
    public static byte[] Serialize(Schedule schedule)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options)) Write(writer, schedule);
        return buffer.WrittenSpan.ToArray();
    }
}
