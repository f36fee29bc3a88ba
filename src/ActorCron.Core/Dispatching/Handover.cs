using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Dispatching;

/// <summary>An attempt that the dispatcher has: it waits in a backlog, is with the broker unconfirmed, or rests after it was refused.</summary>
internal sealed class Handover(AttemptKey key, DispatchItem item, QueueState queue)
{
    public AttemptKey Key { get; } = key;
    public DispatchItem Item { get; } = item;
    public QueueState Queue { get; } = queue;

    /// <summary>Its place in the backlog.</summary>
    public FairBacklog<Handover>.Place? Waits { get; set; }

    /// <summary>Its place among the unconfirmed.</summary>
    public LinkedListNode<Handover>? Sent { get; set; }

    /// <summary>When it was published, elapsed time.</summary>
    public TimeSpan SentAt { get; set; }

    /// <summary>Its run has ended meanwhile: it is not published again.</summary>
    public bool IsWithdrawn { get; set; }
}
