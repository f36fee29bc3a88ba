using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Batches;
using ActorCron.Core.Documents;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Text;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Job messages: written as contract section 8 has them, read from anyone.</summary>
internal static class RunMessageCodec
{
    private const string TraceParent = "traceparent";
    private const string DefaultUser = "default";

    /// <summary>The message that hands out an attempt.</summary>
    public static OutgoingMessage Write(DispatchItem item, string exchange, bool persistent, DateTimeOffset now) =>
        new(JobMessage.For(item.Spec, item.Attempt, item.Fence).Serialize())
        {
            Exchange = exchange,
            RoutingKey = item.Spec.Queue,
            Mandatory = true,
            Persistent = persistent,
            ContentType = MessageEnvelope.ContentType,
            Type = MessageEnvelope.JobKind,
            MessageId = item.Spec.Id,
            Timestamp = now,
            Headers = new Dictionary<string, object?>
            {
                [MessageEnvelope.VersionHeader] = MessageEnvelope.Version,
                [TraceParent] = item.Spec.TraceParent ?? CurrentTrace(),
            },
        };

    /// <summary>Reads what came from a queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queue">The queue of jobs that it came from.</param>
    /// <param name="now">The present, for a message that does not say when it is due.</param>
    /// <param name="spec">What it asks for.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="problem">Why it cannot be taken.</param>
    public static bool TryRead(IncomingMessage message, string queue, DateTimeOffset now,
        [NotNullWhen(true)] out RunSpec? spec, out int attempt, [NotNullWhen(false)] out MessageProblem? problem)
    {
        (spec, attempt) = (null, 0);
        problem = MessageEnvelope.Check(message.Headers.GetValueOrDefault(MessageEnvelope.VersionHeader), message.Properties.Type);
        if (problem is not null || !JobMessage.TryParse(message.Body.Span, out var job, out problem)) return false;

        var id = job.RunId ?? (string.IsNullOrEmpty(message.Properties.MessageId) ? null : message.Properties.MessageId);
        if (job.RunId is null && id is not null && NameSyntax.RunId("message_id", id) is { } wrong)
        {
            problem = new MessageProblem(MessageFault.InvalidField, $"{wrong.Field} {wrong.Message}");
            return false;
        }

        if (job.Job.Type == BatchJob.Type)
        {
            problem = new MessageProblem(MessageFault.InvalidField, "job.type must not be batch: a batch is made by its schedule alone");
            return false;
        }

        // Without any of these it is not the scheduler's, whatever it calls itself: no shard would know it.
        var isOurs = job is { RunId: not null, Trigger: RunTrigger.Schedule or RunTrigger.Manual or RunTrigger.Backfill, Attempt: not null, Fence: not null };
        attempt = job.Attempt ?? 1;
        spec = new RunSpec
        {
            Id = id ?? Guid.CreateVersion7(now).ToString(),
            Schedule = isOurs ? job.Schedule : null,
            User = job.User ?? DefaultUser,
            Queue = queue,
            ScheduledFor = job.ScheduledFor ?? SentAt(message) ?? now,
            Trigger = isOurs ? job.Trigger!.Value : RunTrigger.Message,
            Job = job.Job,
            Timeout = job.Timeout ?? TimeSpan.FromHours(1),
            TraceParent = message.Trace() is null ? null : message.HeaderText(TraceParent),
        };
        return true;
    }

    // Some publishers count milliseconds here, or nothing at all; neither is a time.
    private static DateTimeOffset? SentAt(IncomingMessage message) => message.Timestamp is { Year: > 1970 and < 2200 } at ? at : null;

    // Every message carries a context, so that a worker in any language can go on with it; one made here is marked as not recorded.
    private static string CurrentTrace() => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? id
        : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
}
