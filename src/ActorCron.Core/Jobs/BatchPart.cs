namespace ActorCron.Core.Jobs;

/// <summary>Which of a batch's jobs a run executes.</summary>
public enum BatchRole
{
    Split,
    Map,
    Reduce,
}

/// <summary>The place of a run inside a batch. The runs of a batch follow from its own run, so that making them twice names them once.</summary>
/// <param name="Parent">The batch's run.</param>
/// <param name="Role">What it is there for.</param>
/// <param name="Index">The item, from 0; null for split and reduce.</param>
public sealed record BatchPart(string Parent, BatchRole Role, int? Index = null)
{
    /// <summary>The run's id: <c>…/split</c>, <c>…/map/17</c>, <c>…/reduce</c> below the batch's; below <c>…/attempt-2</c> where the batch was retried.</summary>
    /// <param name="attempt">The batch's attempt, from 1.</param>
    public string RunId(int attempt)
    {
        var root = attempt <= 1 ? Parent : FormattableString.Invariant($"{Parent}/attempt-{attempt}");
        return Role switch
        {
            BatchRole.Split => root + "/split",
            BatchRole.Map => FormattableString.Invariant($"{root}/map/{Index}"),
            BatchRole.Reduce => root + "/reduce",
            _ => throw new InvalidOperationException($"Unknown role {Role}."),
        };
    }

    /// <summary>Whether an id has the form of a split's run: the output of such a run is kept whole until its shard has read it.</summary>
    public static bool MayBeSplit(string runId) => runId.EndsWith("/split", StringComparison.Ordinal) && runId.Contains('@', StringComparison.Ordinal);
}
