using System.Collections.Immutable;
using ActorCron.Core.Runs;

// What the dispatcher is told by the scheduler and by run shards.
namespace ActorCron.Core.Messages;

/// <summary>An attempt for the broker.</summary>
public sealed record DispatchItem(RunSpec Spec, int Attempt, long Fence);

/// <summary>To the dispatcher: hand these over. The shard says it again, ever more rarely, until it is told <see cref="MarkPublished"/>;
/// to what it has confirmed already the dispatcher says so again.</summary>
public sealed record PendingRuns(int Shard, ImmutableArray<DispatchItem> Items) : IWireMessage;

/// <summary>To the dispatcher: long with the broker and not taken; is their message still there?</summary>
public sealed record UntakenRuns(int Shard, ImmutableArray<UntakenRun> Runs) : IWireMessage;

/// <summary>An attempt that nobody took, its queue, and since when it is with the broker.</summary>
public sealed record UntakenRun(string Run, int Attempt, string Queue, DateTimeOffset Since);

/// <summary>To the dispatcher: these were handed over and are not wanted any more (cancelled, replaced). What still waits in the backlog is
/// dropped. Said again until it is answered with <see cref="RunsWithdrawn"/>.</summary>
/// <param name="Shard">Who asks.</param>
/// <param name="Attempts">What to drop.</param>
public sealed record WithdrawRuns(int Shard, ImmutableArray<AttemptKey> Attempts) : IWireMessage;

/// <summary>To the dispatcher: put all of a tick on record; it goes on until it is.</summary>
/// <param name="Through">Names the tick.</param>
/// <param name="Runs">A schedule's runs are in order.</param>
public sealed record RegisterAll(DateTimeOffset Through, ImmutableArray<NewRun> Runs);

/// <summary>To the scheduler: all of a tick is on record.</summary>
/// <param name="Through">As it was asked.</param>
public sealed record AllRegistered(DateTimeOffset Through);
