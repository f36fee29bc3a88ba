using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>What the broker has confirmed and its shards have not been told: told together, soon.</summary>
internal sealed class PublishedMarks(DispatchSettings settings)
{
    private readonly ImmutableArray<AttemptKey>.Builder?[] _byShard = new ImmutableArray<AttemptKey>.Builder?[settings.Shards];
    private readonly DateTimeOffset[] _since = new DateTimeOffset[settings.Shards];
    private readonly Alarm _soon = new(Timers.Flush);
    private int _count;

    public void Add(AttemptKey key, Moment now, Decision<NoEvent> into)
    {
        var shard = settings.ShardOf(key.Run);
        var keys = _byShard[shard] ??= ImmutableArray.CreateBuilder<AttemptKey>();
        if (keys.Count == 0) _since[shard] = now.Utc;
        keys.Add(key);
        _count++;
        if (keys.Count >= settings.MaxChunk) Flush(shard, keys, into);
        else _soon.SetBy(now.Elapsed + settings.FlushAfter, now.Elapsed, into);
    }

    public void OnDue(TimeSpan now, Decision<NoEvent> into)
    {
        if (_soon.Rings(now, into)) Flush(into);
    }

    public void Flush(Decision<NoEvent> into)
    {
        for (var shard = 0; shard < _byShard.Length && _count > 0; shard++)
            if (_byShard[shard] is { Count: > 0 } keys) Flush(shard, keys, into);
    }

    private void Flush(int shard, ImmutableArray<AttemptKey>.Builder keys, Decision<NoEvent> into)
    {
        _count -= keys.Count;
        into.Effects.Add(new SendToShard(new MarkPublished(shard, keys.ToImmutable(), _since[shard])));
        keys.Clear();
    }
}
