using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Documents;
using ActorCron.Core.Runs;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Reads what outside workers report (contract section 8).</summary>
internal static class ResultMessageCodec
{
    private const int MaxWorkerName = 200;

    public static bool TryRead(IncomingMessage message, [NotNullWhen(true)] out ResultMessage? result, [NotNullWhen(false)] out MessageProblem? problem)
    {
        result = null;
        // The contract names no type for a report.
        problem = MessageEnvelope.Check(message.Headers.GetValueOrDefault(MessageEnvelope.VersionHeader), kind: null);
        return problem is null && ResultMessage.TryParse(message.Body.Span, out result, out problem);
    }

    /// <summary>How the attempt ended, or that it runs.</summary>
    public static AttemptResult ResultOf(ResultMessage message) => new(
        message.Outcome switch
        {
            ResultOutcome.Running => RunState.Running,
            ResultOutcome.Succeeded => RunState.Succeeded,
            ResultOutcome.Failed => RunState.Failed,
            var unknown => throw new ArgumentOutOfRangeException(nameof(message), unknown, "Unknown outcome."),
        },
        message.ExitCode, message.Output, message.Error);

    /// <summary>The worker's name for itself, or its program's.</summary>
    public static string WorkerOf(ResultMessage result, IncomingMessage message)
    {
        if (!string.IsNullOrEmpty(result.Worker)) return result.Worker;
        return message.Properties.AppId is { Length: > 0 and <= MaxWorkerName } program && !program.Any(char.IsControl) ? program : "external";
    }
}
