using System.Collections.Immutable;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

// What the dispatcher is told by run shards.
namespace ActorCron.Core.Messages;

/// <summary>An attempt for the broker.</summary>
public sealed record DispatchItem(RunSpec Spec, int Attempt, long Fence);

/// <summary>To the dispatcher: hand these over.</summary>
public sealed record PendingRuns(int Shard, ImmutableArray<DispatchItem> Items) : IWireMessage;

/// <summary>To the dispatcher: long with the broker and not taken; is their message still there?</summary>
public sealed record UntakenRuns(int Shard, ImmutableArray<UntakenRun> Runs) : IWireMessage;

/// <summary>An attempt that nobody took, its queue, and since when it is with the broker.</summary>
public sealed record UntakenRun(string Run, int Attempt, string Queue, DateTimeOffset Since);
