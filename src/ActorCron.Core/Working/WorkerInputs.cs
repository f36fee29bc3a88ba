using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

// What the worker is told by its own shell and its consumers. The messages of shards and limiters are in Core/Messages.
namespace ActorCron.Core.Working;

/// <summary>The worker's actor begins: the first message of each life. It takes over what an earlier life in the same process left.</summary>
/// <param name="Left">Everything that was started and not forgotten (<see cref="ForgetWork"/>), in the order of its start.</param>
/// <param name="Started">How many were started in this process before; they count for <see cref="SlotSettings.MaxRuns"/>.</param>
public sealed record LifeBegan(ImmutableArray<LeftWork> Left, int Started = 0);

/// <summary>Work that outlived the life that started it.</summary>
/// <param name="Offer">The offer that it was given out under.</param>
/// <param name="Queue">The queue that it came from.</param>
/// <param name="Order">What its shard ordered.</param>
/// <param name="Result">How it ended; null while its handler runs. <see cref="WorkEnded"/> follows then.</param>
public sealed record LeftWork(string Offer, string Queue, ExecuteRun Order, AttemptResult? Result);

/// <summary>A queue's consumer begins, for the first time or again: it has no credit, and what the one before held is with the broker.</summary>
/// <param name="Queue">Whose.</param>
public sealed record ConsumerStarted(string Queue);

/// <summary>A consumer has taken a delivery. It holds its credit until it is settled.</summary>
/// <param name="Number">Names the delivery; never used twice in a process.</param>
/// <param name="Queue">Where it came from.</param>
/// <param name="Spec">What it asks for.</param>
/// <param name="Attempt">As its message says.</param>
/// <param name="HasHandler">Whether this node has a handler for its job type.</param>
public sealed record DeliveryTaken(long Number, string Queue, RunSpec Spec, int Attempt, bool HasHandler);

/// <summary>What a consumer holds and can still get, after it had heard of an allowance.</summary>
/// <param name="Queue">Whose.</param>
/// <param name="Count">Deliveries that it holds, and those that may be on their way to it.</param>
/// <param name="Allowed">The credit that it had last been told.</param>
public sealed record Potential(string Queue, int Count, int Allowed);

/// <summary>A handler has stopped. It comes once for each <see cref="StartWork"/>, also after a cancel, also in a later life.</summary>
/// <param name="Offer">Which.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Took">How long it ran.</param>
public sealed record WorkEnded(string Offer, AttemptResult Result, TimeSpan Took);

/// <summary>This node has no handler for what <see cref="StartWork"/> asked for; instead of <see cref="WorkEnded"/>.</summary>
/// <param name="Offer">Which.</param>
public sealed record NoHandler(string Offer);

/// <summary>Stop taking work; answered by <see cref="Drained"/> when all that ran has ended or been given back, and is stored.</summary>
public sealed record Drain
{
    /// <summary>The only one.</summary>
    public static readonly Drain Instance = new();
}
