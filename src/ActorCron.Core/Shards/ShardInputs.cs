using System.Collections.Immutable;
using ActorCron.Core.Runs;

// What only its own node tells a run shard.
namespace ActorCron.Core.Shards;

/// <summary>A member of the cluster.</summary>
/// <param name="Node"><c>host:port</c>.</param>
/// <param name="Uid">A process that comes back under the same address has another one.</param>
public readonly record struct Member(string Node, int Uid);

/// <summary>The members as this node knows them: told once at start, and again whenever they change.</summary>
/// <param name="Members">All of them.</param>
/// <param name="Gone">Some that this node has seen leave or be removed; may be empty.</param>
public sealed record MembersAre(ImmutableArray<Member> Members, ImmutableArray<Member> Gone);

/// <summary>The answer to <see cref="AskHistory"/>.</summary>
/// <param name="Question">Its number.</param>
/// <param name="Existing">Those among the ids that the history has.</param>
/// <param name="Expired">Which of the others fall into what retention has removed (see <see cref="PrunedSpan"/>): they may have been executed.</param>
public sealed record HistoryAnswered(long Question, IReadOnlySet<string> Existing, IReadOnlySet<string> Expired);

/// <summary>The answer to <see cref="LoadRun"/>.</summary>
/// <param name="Question">Its number.</param>
/// <param name="Run">Null where the history does not have it.</param>
public sealed record RunLoaded(long Question, Run? Run);

/// <summary>A question to the history failed.</summary>
/// <param name="Question">Its number.</param>
/// <param name="Cause">What it said.</param>
public sealed record HistoryFailed(long Question, string Cause);

/// <summary>These records, or newer ones of the same runs, are in the history.</summary>
public sealed record HistoryWritten(ImmutableArray<WrittenRun> Runs);

/// <summary>A record that the history has.</summary>
/// <param name="Id">The run.</param>
/// <param name="Revision">Of its record.</param>
public readonly record struct WrittenRun(string Id, long Revision);
