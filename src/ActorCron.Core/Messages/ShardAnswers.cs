using System.Collections.Immutable;
using ActorCron.Core.Runs;

// What a run shard answers.
namespace ActorCron.Core.Messages;

/// <summary>What became of a run that was to be put on record: it is (new, held until others end, or only recorded), it was already (on the
/// books: known; in the history: duplicate), or it is not, since retention may have removed its record: expired.</summary>
public enum RegistrationKind { New, Known, Held, Skipped, Missed, Duplicate, Expired }

/// <summary>What became of a <see cref="NewRun"/>.</summary>
/// <param name="Id">The run.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Dispatch">Null: the shard hands over by <see cref="PendingRuns"/> alone. Shards of 0.1.0 said it here.</param>
public sealed record Registration(string Id, RegistrationKind Kind, DispatchItem? Dispatch = null);

/// <summary>The runs of a <see cref="RegisterRuns"/> are on record.</summary>
/// <param name="Shard">Who answers.</param>
/// <param name="Runs">In the order of the request.</param>
/// <param name="Request">As it was asked.</param>
public sealed record RunsRegistered(int Shard, ImmutableArray<Registration> Runs, long Request = 0) : IWireMessage;

/// <summary>What is with the broker or with a worker, of the queue that was asked for.</summary>
/// <param name="Shard">Who answers.</param>
/// <param name="Attempts">Which.</param>
/// <param name="Request">As it was asked.</param>
public sealed record OpenAttempts(int Shard, ImmutableArray<AttemptKey> Attempts, long Request = 0) : IWireMessage;

public sealed record ExternalStored(string RunId) : IWireMessage;

/// <summary>The run, or null when the shard's books do not have it (the history may).</summary>
public sealed record RunAnswer(Run? Run) : IWireMessage;

public sealed record ActiveRuns(ImmutableArray<Run> Runs) : IWireMessage;

/// <summary>What became of a cancel or a retry.</summary>
public enum RunCommandKind { Done, NotFound, Refused }

public sealed record RunCommandAnswer(RunCommandKind Kind, Run? Run, string? Reason) : IWireMessage;

public sealed record ShardStats(int Shard, string Node, int ActiveRuns) : IWireMessage;
