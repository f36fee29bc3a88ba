namespace ActorCron.Actors.Gateway;

/// <summary>The cluster as this node sees it.</summary>
/// <param name="Members">All members.</param>
/// <param name="Leader">Address of the membership leader.</param>
/// <param name="Scheduler">Address of the node that dispatches; null while there is none.</param>
/// <param name="Self">This node's address.</param>
public sealed record ClusterView(IReadOnlyList<MemberView> Members, string? Leader, string? Scheduler, string Self);

/// <summary>One member: <c>akka.tcp://ActorCron@host:port</c>, its roles, its status in lower case.</summary>
public sealed record MemberView(string Address, IReadOnlyList<string> Roles, string Status, bool Reachable, string Version);

/// <summary>One shard: its region, its id, the member that holds it, how many unfinished runs it owns.</summary>
public sealed record ShardView(string Region, string Shard, string? Address, int Entities, int ActiveRuns);

/// <summary>One queue. Depth counts what waits at the broker, backlog what the scheduler still holds back; rates are a minute's average
/// a second.</summary>
public sealed record QueueView(string Queue, long Depth, long Backlog, int Consumers, int Running, bool External,
    int? MaxConcurrency, string? Rate, double PublishedPerSecond, double FinishedPerSecond, long Dead);

/// <summary>Whether the node can do its work.</summary>
/// <param name="Parts">By name: cluster, store, broker, scheduler and others.</param>
public sealed record Readiness(IReadOnlyDictionary<string, PartHealth> Parts)
{
    /// <summary>False where something cannot move.</summary>
    public bool IsReady => Parts.Values.All(part => part.Status is PartStatus.Ok or PartStatus.Degraded);

    /// <summary>A node of which only one thing is known.</summary>
    public static Readiness Not(string part, string reason) => new(new Dictionary<string, PartHealth> { [part] = new(PartStatus.Away, reason) });
}
