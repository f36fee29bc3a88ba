using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

// What the dispatcher asks of its shell.
namespace ActorCron.Core.Dispatching;

/// <summary>Open a stream of publishes in place of the one before, which is closed. Its end is told as <see cref="StreamEnded"/>.</summary>
/// <param name="Number">Names it; each is larger than the one before.</param>
public sealed record OpenStream(long Number) : Effect;

/// <summary>Publish an attempt; what became of it is told as <see cref="Published"/>, unless the stream ends first. Never more than
/// <see cref="DispatchSettings.ConfirmWindow"/> wait for that at a time.</summary>
/// <param name="Stream">The number of the open stream.</param>
/// <param name="Item">What to publish.</param>
public sealed record Publish(long Stream, DispatchItem Item) : Effect;

/// <summary>Ask the broker how many messages wait in a queue; told as <see cref="DepthMeasured"/>.</summary>
/// <param name="Queue">Which.</param>
/// <param name="Question">To be given back with the answer.</param>
public sealed record MeasureDepth(string Queue, long Question) : Effect;
