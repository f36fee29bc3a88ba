using System.Collections.Immutable;
using ActorCron.Core.Runs;

// What the worker of a node is told and asked, and what it answers.
namespace ActorCron.Core.Messages;

/// <summary>To the worker that offered: execute it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Offer">As it was given.</param>
/// <param name="Spec">What to do, with all that a batch adds to the job's params.</param>
/// <param name="Attempt">Which.</param>
/// <param name="Fence">Its fence.</param>
/// <param name="Own">The job's params as its owner wrote them, where a batch added to them; else null.</param>
public sealed record ExecuteRun(string RunId, string Offer, RunSpec Spec, int Attempt, long Fence, string? Own = null) : IWireMessage;

/// <summary>To the worker that offered: don't.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Offer">As it was given.</param>
/// <param name="Reason">Why.</param>
/// <param name="Unknown">Neither books nor history have the run: its message is nobody's.</param>
public sealed record OfferDeclined(string RunId, string Offer, string Reason, bool Unknown = false) : IWireMessage;

public sealed record ReportStored(string RunId, int Attempt, string Offer) : IWireMessage;

/// <summary>To the worker of a node: stop this attempt.</summary>
public sealed record CancelAttempt(string RunId, int Attempt, string Reason) : IWireMessage;

/// <summary>To the worker of a node: do you execute these? It disowns what it does not.</summary>
public sealed record ConfirmRunning(int Shard, ImmutableArray<AttemptKey> Attempts) : IWireMessage;

/// <summary>What an attempt has printed so far.</summary>
public sealed record GetOutput(string RunId, int Attempt) : IWireMessage;

/// <summary>Null where the attempt does not execute here.</summary>
public sealed record RunOutput(string? Output) : IWireMessage;

public sealed record GetLoad : IWireMessage { public static readonly GetLoad Instance = new(); }

/// <summary>What a worker executes, and holds of each queue.</summary>
public sealed record WorkerLoad(string Node, int Executing, ImmutableArray<QueueLoad> Queues) : IWireMessage;

public sealed record QueueLoad(string Queue, int Taken, long Finished);

/// <summary>The limited ones among them, and the answer's number.</summary>
public sealed record Permits(ImmutableArray<QueueGrant> Queues, long Number = 0) : IWireMessage;

/// <summary>How many it may hold, and how many more it may start; null for no limit.</summary>
public sealed record QueueGrant(string Queue, int? Concurrency, int? Starts);
