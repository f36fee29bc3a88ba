using System.Collections.Immutable;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

// What a run shard answers.
namespace ActorCron.Core.Messages;

public enum RegistrationKind { New, Known, Held, Skipped, Missed, Duplicate }

/// <summary>What became of a <see cref="NewRun"/>; <paramref name="Dispatch"/> where the dispatcher must hand it over.</summary>
public sealed record Registration(string Id, RegistrationKind Kind, DispatchItem? Dispatch);

public sealed record RunsRegistered(int Shard, ImmutableArray<Registration> Runs) : IWireMessage;

public sealed record OpenAttempts(int Shard, ImmutableArray<AttemptKey> Attempts) : IWireMessage;

public sealed record ExternalStored(string RunId) : IWireMessage;

/// <summary>The run, or null when the shard's books do not have it (the history may).</summary>
public sealed record RunAnswer(Run? Run) : IWireMessage;

public sealed record ActiveRuns(ImmutableArray<Run> Runs) : IWireMessage;

/// <summary>What became of a cancel or a retry.</summary>
public enum RunCommandKind { Done, NotFound, Refused }

public sealed record RunCommandAnswer(RunCommandKind Kind, Run? Run, string? Reason) : IWireMessage;

public sealed record ShardStats(int Shard, string Node, int ActiveRuns) : IWireMessage;
