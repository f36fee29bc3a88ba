using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>What a foreign worker says about an attempt.</summary>
public enum ResultOutcome
{
    /// <summary>It has begun, or goes on.</summary>
    Running,
    Succeeded,
    Failed,
}

/// <summary>The body of a message to the exchange <c>actorcron.results</c> (contract 8).</summary>
public sealed record ResultMessage
{
    /// <summary>The largest body read. More than a job message's: output is cut to its bound, not refused.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Characters kept of an error.</summary>
    public const int MaxError = 4000;

    private static readonly FieldNames Fields = new("runId", "attempt", "outcome", "output", "error", "worker", "exitCode");

    private static readonly WireNames<ResultOutcome> Outcomes = new(
        (ResultOutcome.Running, "running"), (ResultOutcome.Succeeded, "succeeded"), (ResultOutcome.Failed, "failed"));

    public required string RunId { get; init; }
    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }
    public required ResultOutcome Outcome { get; init; }
    /// <summary>Head and tail, at most <see cref="JobOutput.Limit"/> bytes; whole for the split of a batch.</summary>
    public string? Output { get; init; }
    public string? Error { get; init; }
    /// <summary>The worker's own name for itself.</summary>
    public string? Worker { get; init; }
    /// <summary>Optional, beyond the contract: a process's exit code.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Reads a body. Fields that are null count as left out, unknown ones are passed over, wrong ones are a problem. What is
    /// no character becomes U+FFFD: an outcome counts, whatever a job printed. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out ResultMessage? message, [NotNullWhen(false)] out MessageProblem? problem)
    {
        var limit = MaxBytes;
        if (utf8.Length <= MaxBytes && !Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
            limit = 3 * MaxBytes;
        }
        message = MessageBody.Read(utf8, limit, Read, out problem);
        return message is not null;
    }

    /// <summary>The body as UTF-8; what is null is left out.</summary>
    public byte[] Serialize()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("runId"u8, RunId);
            writer.WriteNumber("attempt"u8, Attempt);
            writer.WriteString("outcome"u8, Outcomes.Of(Outcome));
            if (Output is not null) writer.WriteString("output"u8, Output);
            if (Error is not null) writer.WriteString("error"u8, Error);
            if (Worker is not null) writer.WriteString("worker"u8, Worker);
            if (ExitCode is { } code) writer.WriteNumber("exitCode"u8, code);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static ResultMessage? Read(ref JsonFields json)
    {
        var (seen, attempt, outcome) = (0UL, (long?)null, (ResultOutcome?)null);
        string? runId = null, output = null, error = null, worker = null;
        int? exitCode = null;
        while (json.Next(Fields, "", ref seen, out var name))
        {
            if (json.IsNull && name is "output" or "error" or "worker" or "exitCode") continue;
            switch (name)
            {
                case "runId": runId = json.Text(name, "text"); break;
                case "attempt": attempt = json.Integer(name, 1, int.MaxValue); break;
                case "outcome": outcome = json.Name(name, Outcomes); break;
                case "output": output = json.Words(name); break;
                case "error": error = json.Words(name); break;
                case "worker": worker = json.Words(name); break;
                default: exitCode = (int?)json.Integer(name, int.MinValue, int.MaxValue); break;
            }
        }
        foreach (var required in (ReadOnlySpan<string>)["runId", "attempt", "outcome"])
        {
            if ((seen & (1UL << Fields.IndexOf(required))) == 0) json.Report(required, "is missing: runId, attempt and outcome are required");
        }
        if (runId is not null) json.Report(NameSyntax.RunId("runId", runId));
        if (worker is not null) json.Report(NameSyntax.Length("worker", worker, 0, 200) ?? NameSyntax.Printable("worker", worker));
        if (json.HasProblems) return null;
        if (error?.Length > MaxError) error = error[..MaxError];
        // A split's output is read as a whole by its shard, which then keeps no more of it than of any other.
        if (!BatchPart.MayBeSplit(runId!)) output = JobOutput.Bounded(output);
        return new ResultMessage { RunId = runId!, Attempt = (int)attempt!, Outcome = outcome!.Value, Output = output, Error = error, Worker = worker, ExitCode = exitCode };
    }
}
