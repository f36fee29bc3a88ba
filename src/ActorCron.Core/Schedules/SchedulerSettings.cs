using ActorCron.Core.Runs;

namespace ActorCron.Core.Schedules;

/// <summary>How the scheduler and its dispatcher behave.</summary>
/// <param name="ConfirmWindow">Messages at most that await the broker's confirm at a time.</param>
/// <param name="CatchUpRate">Late runs at most that go to the broker a second.</param>
/// <param name="ExternalQueues">Queues that programs outside the cluster serve.</param>
/// <param name="Limits">Cluster-wide limits by queue.</param>
/// <param name="SnapshotEvery">Journal entries between snapshots of a partition.</param>
public sealed record SchedulerSettings(int ConfirmWindow, int CatchUpRate, IReadOnlySet<string> ExternalQueues, IReadOnlyDictionary<string, QueueLimit> Limits, int SnapshotEvery)
{
    public static readonly SchedulerSettings Default = new(1000, 500, new HashSet<string>(), new Dictionary<string, QueueLimit>(), 500);
}
