using ActorCron.Core.Jobs;

namespace ActorCron.Core.Runs;

/// <summary>The attempts of a run. Its record tells of the newest; those before are kept beside, the newest hundred, of each of them 4 KiB of
/// output and 32 KiB in all: the oldest lose theirs first.</summary>
public static class AttemptLog
{
    private const int Most = 100;
    private const int OutputOfOne = 4 * 1024;
    private const int OutputOfAll = 32 * 1024;

    /// <summary>All attempts that have begun, oldest first.</summary>
    public static IReadOnlyList<RunAttempt> Of(Run run)
    {
        var earlier = run.Earlier ?? [];
        return !HasNewest(run) ? earlier
            : [.. earlier, Newest(run, run.State == RunState.Retrying ? RunState.Failed : run.State)];
    }

    /// <summary>The attempts with the newest among those before, when another is to come.</summary>
    /// <param name="run">Its record tells of the attempt.</param>
    /// <param name="state">How the attempt ended.</param>
    /// <param name="finished">When; null where the record says it.</param>
    /// <param name="error">Why; null where the record says it.</param>
    internal static IReadOnlyList<RunAttempt>? Closed(Run run, RunState state, DateTimeOffset? finished = null, string? error = null)
    {
        if (!HasNewest(run)) return run.Earlier;
        var newest = Newest(run, state);
        return Bounded([.. run.Earlier ?? [], newest with { Finished = finished ?? newest.Finished, Error = error ?? newest.Error, Output = Cut(newest.Output) }]);
    }

    // Whether the record tells of an attempt that has begun and is not among the earlier ones already.
    private static bool HasNewest(Run run) => run.Started is not null && !(run.Earlier is [.., var last] && last.Attempt >= run.Attempt);

    private static RunAttempt Newest(Run run, RunState state) =>
        new(run.Attempt, run.Node, state, run.Started, run.Finished, run.ExitCode, run.Error, run.Output, run.Fence);

    private static List<RunAttempt> Bounded(List<RunAttempt> attempts)
    {
        if (attempts.Count > Most) attempts.RemoveAt(0);
        var left = OutputOfAll;
        for (var i = attempts.Count - 1; i >= 0; i--)
        {
            left -= attempts[i].Output?.Length ?? 0;
            if (left < 0 && attempts[i].Output is not null) attempts[i] = attempts[i] with { Output = null };
        }
        return attempts;
    }

    private static string? Cut(string? output)
    {
        if (output is null || output.Length <= OutputOfOne / 4) return output;
        var cut = new JobOutput(OutputOfOne);
        cut.Append(output);
        return cut.ToString();
    }
}
