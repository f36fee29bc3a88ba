using System.Collections.Immutable;

// What the dealer of permits is asked.
namespace ActorCron.Core.Messages;

/// <summary>A worker asks for the queues that it serves, several times a second.</summary>
/// <param name="Node"><c>host:port</c>.</param>
/// <param name="Incarnation">The member's uid.</param>
/// <param name="Queues">What it serves.</param>
/// <param name="Heard">The number of the last answer that it has; 0 before the first.</param>
public sealed record AskPermits(string Node, int Incarnation, ImmutableArray<QueueNeed> Queues, long? Heard = null) : IWireMessage;

/// <summary>What a node says of one of its queues.</summary>
/// <param name="Queue">Which one.</param>
/// <param name="Holding">Its runs that the node executes or is about to.</param>
/// <param name="UnusedStarts">Starts that it was granted and has not used.</param>
/// <param name="MayHold">How many it may come to hold before it hears the answer: by its last grant, and by what is on its way to it.</param>
/// <param name="Waiting">Runs that wait for a start; a node of an older version does not say.</param>
public sealed record QueueNeed(string Queue, int Holding, int UnusedStarts, int MayHold = 0, int? Waiting = null);
