using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Runs;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>The body of a job message (contract 8). Ours are complete; a foreign one has at least a job.</summary>
public sealed record JobMessage
{
    /// <summary>The largest body read.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxTimeoutSeconds = 30 * 24 * 3600;

    private static readonly FieldNames Fields = new(
        "runId", "schedule", "user", "scheduledFor", "trigger", "attempt", "timeoutSeconds", "fence", "job");

    public string? RunId { get; init; }
    /// <summary>Null for a run that came as a message.</summary>
    public string? Schedule { get; init; }
    public string? User { get; init; }
    /// <summary>UTC.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }
    public RunTrigger? Trigger { get; init; }
    /// <summary>From 1.</summary>
    public int? Attempt { get; init; }
    /// <summary>1 second to 30 days; <c>timeoutSeconds</c> in the body.</summary>
    public TimeSpan? Timeout { get; init; }
    public long? Fence { get; init; }
    public required JobSpec Job { get; init; }
    /// <summary>Its place in a batch, for the worker's information; <c>parent</c> and <c>index</c> in the body, left out for other runs. Not read.</summary>
    public BatchPart? Batch { get; init; }

    /// <summary>The message that hands out a run's next attempt.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="fence">The attempt's fence.</param>
    public static JobMessage For(RunSpec spec, int attempt, long fence) => new()
    {
        RunId = spec.Id,
        Schedule = spec.Schedule,
        User = spec.User,
        ScheduledFor = spec.ScheduledFor,
        Trigger = spec.Trigger,
        Attempt = attempt,
        Timeout = spec.Timeout,
        Fence = fence,
        Job = spec.Job,
        Batch = spec.Batch,
    };

    /// <summary>Reads a body. Fields that are null count as left out, unknown ones are passed over, wrong ones are a problem. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JobMessage? message, [NotNullWhen(false)] out MessageProblem? problem)
    {
        message = MessageBody.Read(utf8, MaxBytes, Read, out problem);
        return message is not null;
    }

    /// <summary>Writes the body; what is null is there as null.</summary>
    /// <exception cref="JsonException">The job's params are not JSON.</exception>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("runId"u8, RunId);
        writer.WriteString("schedule"u8, Schedule);
        writer.WriteString("user"u8, User);
        Instants.Write(writer, "scheduledFor"u8, ScheduledFor);
        writer.WriteString("trigger"u8, Trigger is { } trigger ? TriggerNames.Of(trigger) : null);
        JsonNumbers.Write(writer, "attempt"u8, Attempt);
        JsonNumbers.Write(writer, "timeoutSeconds"u8, (decimal?)Timeout?.Ticks / TimeSpan.TicksPerSecond);
        JsonNumbers.Write(writer, "fence"u8, Fence);
        writer.WriteStartObject("job"u8);
        writer.WriteString("type"u8, Job.Type);
        writer.WritePropertyName("params"u8);
        writer.WriteRawValue(Job.Params);
        writer.WriteEndObject();
        if (Batch is { } part)
        {
            writer.WriteString("parent"u8, part.Parent);
            if (part.Index is { } index) writer.WriteNumber("index"u8, index);
        }
        writer.WriteEndObject();
    }

    /// <summary>The body as UTF-8.</summary>
    public byte[] Serialize()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options)) Write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static JobMessage? Read(ref JsonFields json)
    {
        var (seen, draft) = (0UL, new JobMessage { Job = null! });
        while (json.Next(Fields, "", ref seen, out var name))
        {
            if (json.IsNull && name != "job") continue;
            draft = name switch
            {
                "runId" => draft with { RunId = json.Text(name, "text") },
                "schedule" => draft with { Schedule = json.Text(name, "text") },
                "user" => draft with { User = json.Text(name, "text") },
                "scheduledFor" => draft with { ScheduledFor = json.Instant(name) },
                "trigger" => draft with { Trigger = json.Name(name, TriggerNames.Names) },
                "attempt" => draft with { Attempt = (int?)json.Integer(name, 1, int.MaxValue) },
                "timeoutSeconds" => draft with { Timeout = json.Number(name, 1, MaxTimeoutSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null },
                "fence" => draft with { Fence = json.Integer(name, 0, long.MaxValue) },
                _ => draft with { Job = JobReader.Read(ref json, name)! },
            };
        }
        if ((seen & (1UL << Fields.IndexOf("job"))) == 0) json.Report("job", "is missing: at least { \"job\": { \"type\", \"params\" } } is expected");
        if (draft.RunId is { } runId) json.Report(NameSyntax.RunId("runId", runId));
        if (draft.Schedule is { } schedule) json.Report(NameSyntax.ScheduleId("schedule", schedule));
        if (draft.User is { } user) json.Report(NameSyntax.Label("user", user));
        return draft;
    }
}
