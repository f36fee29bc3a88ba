using System.Collections.Immutable;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

// What the dealer of permits is asked.
namespace ActorCron.Core.Messages;

/// <summary>A worker asks for the queues that it serves, several times a second.</summary>
/// <param name="Node"><c>host:port</c>.</param>
/// <param name="Incarnation">The member's uid.</param>
/// <param name="Queues">What it serves.</param>
/// <param name="Heard">The number of the last answer that it has; 0 before the first.</param>
public sealed record AskPermits(string Node, int Incarnation, ImmutableArray<QueueNeed> Queues, long? Heard = null) : IWireMessage;

/// <summary>See <see cref="QueuePermits.Need"/>.</summary>
/// <param name="Queue">Which one.</param>
/// <param name="Holding">See there.</param>
/// <param name="UnusedStarts">See there.</param>
/// <param name="MayHold">See there.</param>
/// <param name="Waiting">Runs that wait for a start; a node of an older version does not say.</param>
public sealed record QueueNeed(string Queue, int Holding, int UnusedStarts, int MayHold = 0, int? Waiting = null);
