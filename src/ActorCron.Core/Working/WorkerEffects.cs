using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

// What the worker wants done. To shards it speaks by SendToShard.
namespace ActorCron.Core.Working;

/// <summary>Start a handler; <see cref="WorkEnded"/> follows. Work survives the life that started it: see <see cref="LifeBegan"/>.</summary>
/// <param name="Offer">Names it.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Order">What to execute.</param>
/// <param name="TraceParent">The trace context of its delivery, where the order has none.</param>
public sealed record StartWork(string Offer, string Queue, ExecuteRun Order, string? TraceParent) : Effect;

/// <summary>Ask a handler to stop. It may take its time (<see cref="SlotSettings.CancelGrace"/>); <see cref="WorkEnded"/> follows.</summary>
public sealed record CancelWork(string Offer, string Reason) : Effect;

/// <summary>Its end is stored: a later life need not hear of it.</summary>
public sealed record ForgetWork(string Offer) : Effect;

/// <summary>Give a delivery up; its credit is free.</summary>
public sealed record SettleDelivery(string Queue, long Number, Settlement How, string? Reason = null) : Effect;

/// <summary>A delivery's run is on its shard's books as started here: it is no longer needed for the run's safety.</summary>
public sealed record AcceptDelivery(string Queue, long Number) : Effect;

/// <summary>How many deliveries a consumer may hold.</summary>
public sealed record SetCredit(string Queue, int Credit) : Effect;

/// <summary>A consumer is to take no more.</summary>
public sealed record StopTaking(string Queue) : Effect;

/// <summary>Ask the limiter, beside the scheduler, for permits.</summary>
public sealed record AskLimiter(AskPermits Question) : Effect;

/// <summary>Answer with what an attempt has printed so far (<see cref="RunOutput"/>); the offer is null where it does not execute here.</summary>
public sealed record TellOutput(Address To, string? Offer) : Effect;

/// <summary>Tell whoever asked for the drain that it is over.</summary>
public sealed record Drained(Address To) : Effect;

/// <summary><see cref="SlotSettings.MaxRuns"/> have ended and are stored. Asked for once.</summary>
public sealed record MaxRunsReached : Effect
{
    /// <summary>The only one.</summary>
    public static readonly MaxRunsReached Instance = new();
}

/// <summary>How a delivery is given up.</summary>
public enum Settlement
{
    /// <summary>Done with.</summary>
    Ack,
    /// <summary>Back to the queue, for another.</summary>
    Requeue,
    /// <summary>Nobody's: to the dead letters.</summary>
    DeadLetter,
}
