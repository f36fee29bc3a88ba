using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;

// What only a run shard asks for. AskHistory and LoadRun promise nothing and are asked at once; WriteHistory waits for the store.
namespace ActorCron.Core.Shards;

/// <summary>Ask the history which of these runs it has. Answered with <see cref="HistoryAnswered"/> or
/// <see cref="HistoryFailed"/>.</summary>
/// <param name="Question">Comes back in the answer.</param>
/// <param name="Ids">Runs.</param>
public sealed record AskHistory(long Question, ImmutableArray<string> Ids) : Effect;

/// <summary>Load a run from the history. Answered with <see cref="RunLoaded"/> or <see cref="HistoryFailed"/>.</summary>
/// <param name="Question">Comes back in the answer.</param>
/// <param name="Id">The run.</param>
public sealed record LoadRun(long Question, string Id) : Effect;

/// <summary>Give these records to the node's history queue, as <see cref="WriteRuns"/>.</summary>
/// <param name="Runs">The newest record of each.</param>
public sealed record WriteHistory(ImmutableArray<Run> Runs) : Effect;
