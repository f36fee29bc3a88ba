using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Gateway;

/// <summary>Which occurrences are to get a run.</summary>
/// <param name="From">The first, UTC.</param>
/// <param name="To">The last, UTC.</param>
/// <param name="DryRun">Only say what would be made.</param>
/// <param name="Again">Also those that fall into what retention has removed: they may have been executed, and then are once more.</param>
public sealed record Backfill(DateTimeOffset From, DateTimeOffset To, bool DryRun = false, bool Again = false);

/// <summary>What a backfill made, or would make.</summary>
/// <param name="Occurrences">How many occurrences lie in the range.</param>
/// <param name="Existing">How many of them had a run already.</param>
/// <param name="Expired">How many have no record, yet may have been executed: retention has removed records of that time.</param>
/// <param name="Created">The ids of the runs made (dry run: that would be made), oldest first; at most 1000 are named.</param>
/// <param name="CreatedCount">How many in all.</param>
public sealed record BackfillOutcome(int Occurrences, int Existing, int Expired, int CreatedCount, IReadOnlyList<string> Created);

/// <summary>What became of one occurrence.</summary>
/// <param name="Occurrence">UTC.</param>
/// <param name="Outcome">Its run's state, or <c>paused</c>, <c>notYetCreated</c>, <c>missed</c>, <c>skipped</c>,
/// <c>upcoming</c>, <c>expired</c>.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="RunId">Its run, where there is one.</param>
public sealed record Verdict(DateTimeOffset Occurrence, string Outcome, string Reason, string? RunId);

/// <summary>What a cancel or retry did.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Run">The run as it now is.</param>
/// <param name="Reason">Why it was refused.</param>
public sealed record RunCommandOutcome(RunCommandKind Kind, Run? Run = null, string? Reason = null);
