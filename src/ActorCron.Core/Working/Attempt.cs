using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Working;

/// <summary>How far an attempt has come on this node.</summary>
internal enum Stage
{
    /// <summary>Taken; there is no slot for it yet.</summary>
    Waiting,
    /// <summary>Taken, with a slot; its queue's rate allows no start yet.</summary>
    Gated,
    /// <summary>Its shard has been asked.</summary>
    Offered,
    /// <summary>Its shard has ordered it; all places for handlers are taken.</summary>
    Ready,
    /// <summary>Its handler runs.</summary>
    Executing,
    /// <summary>It has ended; the shard is told until that is stored.</summary>
    Reporting,
    /// <summary>It is given back; the shard is told until that is stored.</summary>
    Returning,
}

/// <summary>One attempt on this node, from its delivery until its end is stored.</summary>
/// <param name="offer">Names it between worker and shard.</param>
/// <param name="queue">Where it came from.</param>
/// <param name="runId">Its run.</param>
/// <param name="claimed">Its number as the message says; a shard may begin a foreign message at 1 whatever its sender counted.</param>
internal sealed class Attempt(string offer, QueueSlots queue, string runId, int claimed)
{
    public string Offer { get; } = offer;
    public QueueSlots Queue { get; } = queue;
    public string RunId { get; } = runId;

    /// <summary>The delivery that holds credit for it; null where there is none, or none any more.</summary>
    public long? Delivery { get; set; }

    /// <summary>Whether an earlier life had taken it.</summary>
    public bool IsInherited { get; init; }

    /// <summary>Whether it still counts as held of its queue.</summary>
    public bool Holds { get; set; }

    public Stage Stage { get; set; }

    /// <summary>What to do, for a message that the scheduler did not send.</summary>
    public RunSpec? Foreign { get; init; }

    public string? TraceParent { get; init; }
    public ExecuteRun? Order { get; set; }
    public AttemptResult? Result { get; set; }

    /// <summary>A cancel that came before the order; it counts if it names the attempt that the order starts.</summary>
    public CancelAttempt? Cancel { get; set; }

    /// <summary>Whether its handler was started, so that it may have done something.</summary>
    public bool Begun { get; set; }

    /// <summary>Whether its handler was told to stop because the node stops: unless it succeeds, the attempt goes back.</summary>
    public bool IsGivenBack { get; set; }

    /// <summary>When the shard was last asked or told; elapsed time.</summary>
    public TimeSpan AskedAt { get; set; }

    /// <summary>Its number: the order's, or before it the message's.</summary>
    public int Number => Order?.Attempt ?? claimed;

    /// <summary>Whether the shard may have it on its books as this attempt, started here.</summary>
    public bool MayBe(int attempt) => Order is not null ? Order.Attempt == attempt
        : Stage is Stage.Offered or Stage.Returning && (Foreign is not null || claimed == attempt);

    // Places in the lists of Attempts.
    internal Attempt? NextOfRun { get; set; }
    internal LinkedListNode<Attempt>? Arrival { get; set; }
    internal LinkedListNode<Attempt>? Turn { get; set; }
}
