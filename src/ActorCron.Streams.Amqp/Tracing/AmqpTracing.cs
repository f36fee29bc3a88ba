using System.Diagnostics;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Carries W3C trace context in message headers. No activities are started here: RabbitMQ.Client has its own
/// (<see cref="RabbitMQActivitySource.PublisherSourceName"/>, <see cref="RabbitMQActivitySource.SubscriberSourceName"/>).
/// </summary>
public static class AmqpTracing
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    // A source hears of listeners by its name, so this twin tells whether the client would start an activity.
    private static readonly ActivitySource ClientPublisher = new(RabbitMQActivitySource.PublisherSourceName);

    /// <summary>The message with the headers <c>traceparent</c> and <c>tracestate</c> of an activity; unchanged if there is none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="activity">The activity; null means the current one.</param>
    public static OutgoingMessage WithTrace(this OutgoingMessage message, Activity? activity = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        activity ??= Activity.Current;
        return activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
            ? message.WithTrace(id, activity.TraceStateString) with { Activity = activity }
            : message;
    }

    /// <summary>The message with these headers, for a context that outlives its activity, such as one that was stored.</summary>
    /// <param name="message">The message.</param>
    /// <param name="traceParent">A W3C <c>traceparent</c>.</param>
    /// <param name="traceState">A W3C <c>tracestate</c>, or null.</param>
    public static OutgoingMessage WithTrace(this OutgoingMessage message, string traceParent, string? traceState = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var headers = new Dictionary<string, object?>(message.Headers) { [TraceParent] = traceParent };
        if (string.IsNullOrEmpty(traceState)) headers.Remove(TraceState);
        else headers[TraceState] = traceState;
        return message with { Headers = headers };
    }

    /// <summary>The context that a message carries, to be the parent of what is done for it; null if it carries none that is valid.</summary>
    public static ActivityContext? Trace(this IncomingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ActivityContext.TryParse(message.HeaderText(TraceParent), message.HeaderText(TraceState), isRemote: true, out var context)
            ? context
            : null;
    }

    /// <summary>
    /// Makes the message's own trace the current one, so that the client's publishing activity, which replaces the headers, continues
    /// it: a stream's stages run in no caller's context. Costs nothing while nobody listens to the client.
    /// </summary>
    internal static Restored Restore(OutgoingMessage message)
    {
        if (!ClientPublisher.HasListeners()) return default;

        var previous = Activity.Current;
        if (message.Activity is { IsStopped: false } running)
        {
            Activity.Current = running;
            return new Restored(previous, null);
        }
        Activity.Current = null;
        var stand = message.Headers.GetValueOrDefault(TraceParent) is string parent ? new Activity("publish").SetParentId(parent) : null;
        if (stand is not null) stand.TraceStateString = message.Headers.GetValueOrDefault(TraceState) as string;
        return new Restored(previous, stand?.Start());
    }

    /// <summary>Puts the former activity back.</summary>
    internal readonly struct Restored : IDisposable
    {
        private readonly Activity? _previous;
        private readonly Activity? _stand;
        private readonly bool _changed;

        public Restored(Activity? previous, Activity? stand)
        {
            _previous = previous;
            _stand = stand;
            _changed = true;
        }

        public void Dispose()
        {
            if (!_changed) return;
            _stand?.Dispose();
            Activity.Current = _previous;
        }
    }
}
