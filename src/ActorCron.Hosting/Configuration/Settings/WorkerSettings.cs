using System.Collections.Immutable;

namespace ActorCron.Hosting.Configuration;

/// <summary>What a worker node serves.</summary>
/// <param name="Queues">The queues, in no order of preference.</param>
/// <param name="Concurrency">Runs executed at one time on this node.</param>
/// <param name="MaxRuns">Execute that many, then stop cleanly; 0 for no end.</param>
public sealed record WorkerSettings(ImmutableArray<string> Queues, int Concurrency, int MaxRuns);
