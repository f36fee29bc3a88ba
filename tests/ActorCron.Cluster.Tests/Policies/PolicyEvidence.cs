using static ActorCron.Cluster.Tests.Policies.JobReceiver;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>What was recorded of the play. Instants are those of this machine's clock, which all its processes share.</summary>
public sealed class PolicyEvidence
{
    /// <summary>When all schedules were there.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>When the scheduler's node was killed.</summary>
    public required DateTimeOffset Killed { get; init; }

    /// <summary>When its successor's first run reached the broker.</summary>
    public required DateTimeOffset TakenOver { get; init; }

    /// <summary>Occurrences through this instant are settled.</summary>
    public required DateTimeOffset Through { get; init; }

    /// <summary>The killed node, as host:port.</summary>
    public required string Victim { get; init; }

    public required IReadOnlyList<RunRecord> Runs { get; init; }
    public required IReadOnlyList<Call> Calls { get; init; }
    public required IReadOnlyDictionary<string, IReadOnlyList<VerdictRecord>> Verdicts { get; init; }

    /// <summary>The attempt of each run that was executing on the victim when it was killed, as the cluster had it on record a moment before.</summary>
    public required IReadOnlyDictionary<string, int> OnVictim { get; init; }

    /// <summary>Runs whose trigger was answered 202, and how many were answered 503.</summary>
    public required IReadOnlyList<string> Triggered { get; init; }
    public required int TriggersRefused { get; init; }

    public required DateTimeOffset PausedAt { get; init; }
    public required DateTimeOffset ResumedAt { get; init; }
    public required DateTimeOffset WindowStart { get; init; }
    public required DateTimeOffset WindowEnd { get; init; }

    public required int DryRunCreated { get; init; }
    public required int RunsAfterDryRun { get; init; }
    public required IReadOnlyList<RunRecord> ExhaustedBeforeTheRetryByHand { get; init; }

    /// <summary>All that is known at the end, for messages of failed assertions.</summary>
    public required string Outputs { get; init; }

    /// <summary>The settled runs of a schedule, oldest occurrence first.</summary>
    public IReadOnlyList<RunRecord> RunsOf(string schedule) => [.. Runs.Where(run => run.Schedule == schedule && run.ScheduledFor <= Through).OrderBy(run => run.ScheduledFor)];

    public IReadOnlyList<Call> CallsOf(string schedule) => [.. Calls.Where(call => call.Schedule == schedule).OrderBy(call => call.Started)];

    public IReadOnlyList<Call> CallsOfRun(string run) => [.. Calls.Where(call => call.Run == run).OrderBy(call => call.Started)];

    /// <summary>Occurrences that no scheduler could dispatch in their own tick: well after the kill, well before the successor.</summary>
    public bool FellIntoTheGap(RunRecord run) => run.ScheduledFor > Killed.AddSeconds(1) && run.ScheduledFor < TakenOver.AddSeconds(-7);

    /// <summary>How many executed at one time, at most, as the receiver saw it.</summary>
    public static int Most(IEnumerable<Call> calls)
    {
        var edges = calls.SelectMany(call => new[] { (At: call.Started, Step: 1), (At: call.Ended ?? DateTimeOffset.MaxValue, Step: -1) }).OrderBy(edge => edge.At).ThenBy(edge => edge.Step);
        var (running, most) = (0, 0);
        foreach (var edge in edges) most = Math.Max(most, running += edge.Step);
        return most;
    }
}
