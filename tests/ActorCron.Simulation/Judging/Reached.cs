namespace ActorCron.Simulation.Judging;

/// <summary>Counts what the seeds have reached: a state that none reaches is not tested.</summary>
public sealed class Reached
{
    /// <summary>What a thousand seeds must reach, or their faults have gone to sleep: the states of simulation.md's section 3 that can be seen from
    /// outside, every sort of fault and every command.</summary>
    private static readonly string[] Expected =
    [
        "a handler is deaf to its cancellation", "a handler outlives its node's membership", "a program outside executes a run", "a removed node still acts",
        "a removed node starts work", "broker: confirm lost after publish", "broker: confirmed message gone", "broker: message vanished from its queue", "broker: nack",
        "broker: redelivery", "history: failed", "history: pruned", "journal trimmed", "member removed", "message came twice", "message dropped while its shard moves",
        "message lost", "message lost in a partition", "message overtaken", "message to a shard lost", "message waits while its shard moves", "scheduler ends",
        "shard restarts on its node", "snapshot saved", "store: delete failed", "store: number taken", "store: snapshot failed", "store: write failed",
        "store: written, its answer lost", "worker actor restarts", "writer silent for too long",
        .. Enum.GetNames<Scenarios.FaultKind>().Select(kind => $"fault: {kind}"),
        .. Enum.GetNames<Scenarios.CommandKind>().Select(kind => $"command: {kind}"),
    ];

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Note(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public long Of(string what) => _counts.GetValueOrDefault(what);

    public IEnumerable<string> Missing() => Expected.Where(what => Of(what) == 0);

    public void Add(Reached other)
    {
        foreach (var (what, count) in other._counts) _counts[what] = _counts.GetValueOrDefault(what) + count;
    }

    public IEnumerable<(string What, long Count)> Sorted() => _counts.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal);
}
