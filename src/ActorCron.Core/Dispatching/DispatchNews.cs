using ActorCron.Core.Messages;

// What only the dispatcher's shell tells it, besides Recovered (begin) and Due.
namespace ActorCron.Core.Dispatching;

/// <summary>A stream of publishes has ended: what it had not answered for may or may not be with the broker.</summary>
/// <param name="Stream">Its number.</param>
/// <param name="Cause">Why, in words; null when it just ended.</param>
public sealed record StreamEnded(long Stream, string? Cause);

/// <summary>What became of a publish.</summary>
/// <param name="Stream">The stream that it went through.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Failure">Null when the broker confirmed it, else why it did not.</param>
public sealed record Published(long Stream, AttemptKey Attempt, string? Failure);

/// <summary>The broker has told how many wait in a queue, or did not answer in time.</summary>
/// <param name="Question">As it was asked.</param>
/// <param name="Queue">Which.</param>
/// <param name="Depth">Null where it did not answer.</param>
public sealed record DepthMeasured(long Question, string Queue, MeasuredDepth? Depth);

/// <summary>Messages that wait in a queue, ready to be taken, and how many consumers take from it. A queue that does not exist has none of either.</summary>
public readonly record struct MeasuredDepth(long Messages, int Consumers);
