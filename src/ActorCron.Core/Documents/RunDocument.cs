using System.Text.Json;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>A run as JSON (contract 6).</summary>
public static class RunDocument
{
    /// <summary>Writes a run. What is not known yet is there as null; <c>params</c> is there where a trigger brought its own, <c>retryAt</c> while the run is retrying, <c>parent</c> (and
    /// <c>index</c>) where it is part of a batch, <c>batch</c> where it is one that has begun.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="withOutput">False in lists: <c>output</c> is then null, and <c>attempts</c> is left out.</param>
    public static void Write(Utf8JsonWriter writer, Run run, bool withOutput)
    {
        var spec = run.Spec;
        writer.WriteStartObject();
        writer.WriteString("runId"u8, spec.Id);
        writer.WriteString("schedule"u8, spec.Schedule);
        writer.WriteString("user"u8, spec.User);
        writer.WriteString("queue"u8, spec.Queue);
        Instants.Write(writer, "scheduledFor"u8, spec.ScheduledFor);
        writer.WriteString("trigger"u8, TriggerNames.Of(spec.Trigger));
        writer.WriteString("state"u8, RunStateNames.Of(run.State));
        writer.WriteNumber("attempt"u8, run.Attempt);
        Instants.Write(writer, "dispatched"u8, run.Dispatched);
        Instants.Write(writer, "started"u8, run.Started);
        Instants.Write(writer, "finished"u8, run.Finished);
        writer.WriteString("node"u8, run.Node);
        if (run.ExitCode is { } code) writer.WriteNumber("exitCode"u8, code);
        else writer.WriteNull("exitCode"u8);
        writer.WriteString("output"u8, withOutput ? run.Output : null);
        writer.WriteString("error"u8, run.Error);
        writer.WriteNumber("fence"u8, run.Fence);
        writer.WriteStartObject("job"u8);
        writer.WriteString("type"u8, spec.Job.Type);
        writer.WritePropertyName("params"u8);
        writer.WriteRawValue(spec.Job.Params);
        writer.WriteEndObject();
        if (spec is { ParamsReplaced: true, Batch: null })
        {
            writer.WritePropertyName("params"u8);
            writer.WriteRawValue(spec.Job.Params);
        }
        if (withOutput) WriteAttempts(writer, run);
        if (run.State == RunState.Retrying) Instants.Write(writer, "retryAt"u8, run.RetryAt);
        if (spec.Batch is { } part) WritePart(writer, part);
        if (run.Batch is { } progress) WriteProgress(writer, progress);
        writer.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, Run run)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (var attempt in AttemptLog.Of(run))
        {
            writer.WriteStartObject();
            writer.WriteNumber("attempt"u8, attempt.Attempt);
            writer.WriteString("node"u8, attempt.Node);
            writer.WriteString("state"u8, RunStateNames.Of(attempt.State));
            Instants.Write(writer, "started"u8, attempt.Started);
            Instants.Write(writer, "finished"u8, attempt.Finished);
            if (attempt.ExitCode is { } code) writer.WriteNumber("exitCode"u8, code);
            else writer.WriteNull("exitCode"u8);
            writer.WriteString("error"u8, attempt.Error);
            writer.WriteString("output"u8, attempt.Output);
            writer.WriteNumber("fence"u8, attempt.Fence);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter writer, BatchPart part)
    {
        writer.WriteString("parent"u8, part.Parent);
        if (part.Index is { } index) writer.WriteNumber("index"u8, index);
    }

    private static void WriteProgress(Utf8JsonWriter writer, BatchProgress progress)
    {
        writer.WriteStartObject("batch"u8);
        writer.WriteString("phase"u8, BatchNames.Of(progress.Phase));
        if (progress.Items is { } items) writer.WriteNumber("items"u8, items);
        else writer.WriteNull("items"u8);
        writer.WriteNumber("succeeded"u8, progress.Succeeded);
        writer.WriteNumber("failed"u8, progress.Failed);
        writer.WriteEndObject();
    }
}
