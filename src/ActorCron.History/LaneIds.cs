using System.Collections.Concurrent;

namespace ActorCron.History;

/// <summary>The numbers of lanes that this process has met; a number never changes. Starts anew when foreign messages
/// have made it absurdly large.</summary>
internal sealed class LaneIds
{
    private const int Limit = 100_000;
    private readonly ConcurrentDictionary<Lane, int> _ids = new();

    public bool TryGet(Lane lane, out int id) => _ids.TryGetValue(lane, out id);

    /// <summary>Takes over lanes whose transaction has committed.</summary>
    public void Add(IEnumerable<KeyValuePair<Lane, int>> committed)
    {
        if (_ids.Count > Limit) _ids.Clear();
        foreach (var (lane, id) in committed) _ids[lane] = id;
    }

    public void Clear() => _ids.Clear();
}
