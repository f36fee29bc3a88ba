using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>Gathers which attempts each worker is asked about, a message at a time.</summary>
internal sealed class NodeQuestions(int shard, int most)
{
    private readonly Dictionary<string, ImmutableArray<AttemptKey>.Builder> _byNode = [];
    private readonly List<string> _nodes = [];

    public void Add(string node, AttemptKey key, Decision<RunEvent> into)
    {
        if (!_byNode.TryGetValue(node, out var keys))
        {
            _byNode[node] = keys = ImmutableArray.CreateBuilder<AttemptKey>();
            _nodes.Add(node);
        }
        keys.Add(key);
        if (keys.Count >= most) Send(node, keys, into);
    }

    /// <summary>Asks about the rest.</summary>
    public void Flush(Decision<RunEvent> into)
    {
        foreach (var node in _nodes)
            if (_byNode[node].Count > 0) Send(node, _byNode[node], into);
    }

    private void Send(string node, ImmutableArray<AttemptKey>.Builder keys, Decision<RunEvent> into) =>
        into.Effects.Add(new Effect.SendToWorker(node, new ConfirmRunning(shard, keys.DrainToImmutable())));
}
