using System.Collections.Immutable;
using ActorCron.Core.Runs;

// What a run shard is told and asked.
namespace ActorCron.Core.Messages;

/// <summary>Names its shard: that is its address.</summary>
public interface IToShard : IWireMessage { int Shard { get; } }

/// <summary>A run to put on record: to be executed, or (with a reason) only recorded as missed.</summary>
/// <param name="Spec">The run.</param>
/// <param name="Missed">Why it is only recorded.</param>
/// <param name="Again">Whether it is wanted although retention may have removed the record of its execution.</param>
public sealed record NewRun(RunSpec Spec, string? Missed, bool Again = false);

/// <summary>One try of one run.</summary>
public sealed record AttemptKey(string Run, int Attempt);

/// <summary>Puts runs on record. To register twice does no harm: whoever asks repeats until it is answered.</summary>
/// <param name="Shard">Owner.</param>
/// <param name="Runs">What to put on record, in order.</param>
/// <param name="Epoch">The scheduler's epoch: one that has been replaced is not answered. 0 where the sender does not say.</param>
/// <param name="Request">Comes back in the answer.</param>
public sealed record RegisterRuns(int Shard, ImmutableArray<NewRun> Runs, long Epoch = 0, long Request = 0) : IToShard;

/// <summary>The broker has confirmed these. Told whatever the broker: a shard whose broker does not outlive its process keeps no record of it
/// and only stops handing them over.</summary>
/// <param name="Shard">Owner.</param>
/// <param name="Attempts">In the order of their confirms.</param>
/// <param name="Since">When it confirmed the first of them, UTC; they are told together, some milliseconds later.</param>
public sealed record MarkPublished(int Shard, ImmutableArray<AttemptKey> Attempts, DateTimeOffset? Since = null) : IToShard;

/// <summary>The dispatcher has dropped these from its backlog, or no longer can: they need not be withdrawn again.</summary>
/// <param name="Shard">Owner.</param>
/// <param name="Attempts">As <see cref="WithdrawRuns"/> named them.</param>
public sealed record RunsWithdrawn(int Shard, ImmutableArray<AttemptKey> Attempts) : IToShard;

public sealed record RedispatchRuns(int Shard, ImmutableArray<AttemptKey> Attempts) : IToShard;

/// <summary>A dispatcher of a later epoch replaces the one before; the sender is the dispatcher.</summary>
public sealed record Wake(int Shard, long Epoch) : IToShard;

/// <summary>A worker has taken a delivery and a slot for it.</summary>
/// <param name="Shard">Owner.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">As its message says.</param>
/// <param name="Offer">Names the delivery: asking twice is answered alike.</param>
/// <param name="Node"><c>host:port</c>.</param>
/// <param name="Incarnation">The member's uid.</param>
/// <param name="Foreign">What to do, for a message that the scheduler did not send.</param>
public sealed record OfferRun(int Shard, string RunId, int Attempt, string Offer, string Node, int Incarnation, RunSpec? Foreign) : IToShard;

public sealed record ReportAttempt(int Shard, string RunId, int Attempt, string Offer, AttemptResult Result) : IToShard;

/// <summary>A stopping node gives an attempt back: another one follows, and none is charged. With at most once that holds only of
/// what had not begun.</summary>
/// <param name="Shard">The run's shard.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Offer">The offer that it was given out under.</param>
/// <param name="Begun">Whether its handler may have done something. A node of an older version does not say.</param>
public sealed record ReturnAttempt(int Shard, string RunId, int Attempt, string Offer, bool Begun = true) : IToShard;

/// <summary>A worker does not execute these, whatever the books say.</summary>
public sealed record DisownAttempts(int Shard, ImmutableArray<AttemptKey> Attempts) : IToShard;

/// <summary>A program outside the cluster reports on a run of an external queue.</summary>
public sealed record ReportExternal(int Shard, string RunId, int Attempt, bool HasEnded, AttemptResult Result, string Worker) : IToShard;

public sealed record BuryRun(int Shard, string RunId, int Attempt, string Reason) : IToShard;

public sealed record CancelRun(int Shard, string RunId, string Reason) : IToShard;

public sealed record RetryRun(int Shard, string RunId) : IToShard;

public sealed record GetRun(int Shard, string RunId) : IToShard;

public sealed record GetActiveRuns(int Shard, string Schedule) : IToShard;

public sealed record GetShardStats(int Shard) : IToShard;

/// <summary>Which attempts of a queue's runs are with the broker or with a worker?</summary>
/// <param name="Shard">Whom.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Published">Published for certain, should the shard not have heard of it.</param>
/// <param name="Request">Comes back in the answer.</param>
public sealed record GetOpenAttempts(int Shard, string Queue, ImmutableArray<AttemptKey> Published, long Request = 0) : IToShard;
