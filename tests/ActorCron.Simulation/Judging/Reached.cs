namespace ActorCron.Simulation.Judging;

/// <summary>Counts what the seeds have reached: a state that none reaches is not tested.</summary>
public sealed class Reached
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Note(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public long Of(string what) => _counts.GetValueOrDefault(what);

    public void Add(Reached other)
    {
        foreach (var (what, count) in other._counts) _counts[what] = _counts.GetValueOrDefault(what) + count;
    }

    public IEnumerable<(string What, long Count)> Sorted() => _counts.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal);
}
