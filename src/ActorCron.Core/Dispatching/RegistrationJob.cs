using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Runs that are to be put on record together: a tick's, or those of a trigger or backfill.</summary>
internal sealed class RegistrationJob(Address asker, int width, TimeSpan? until)
{
    public Address Asker { get; set; } = asker;
    /// <summary>Shards at most that are asked at a time.</summary>
    public int Width { get; } = width;
    /// <summary>When its asker is told that not all shards have answered; null where it goes on until they do.</summary>
    public TimeSpan? Until { get; } = until;
    /// <summary>A tick's name.</summary>
    public DateTimeOffset? Through { get; init; }
    /// <summary>Whether the answer waits for the broker's confirm.</summary>
    public bool AwaitsDispatch { get; init; }
    public ImmutableArray<NewRun> Runs { get; init; }

    public List<ShardLane> Lanes { get; } = [];
    public Queue<ShardLane> Waiting { get; } = new();
    /// <summary>Lanes that are asked and not late.</summary>
    public int InTime { get; set; }
    /// <summary>Chunks that are not on record yet.</summary>
    public int Left { get; set; }
    public bool IsOver { get; set; }
    public List<Registration> Answers { get; } = [];
}

/// <summary>What one shard has to put on record of a job, one chunk at a time so that the order holds.</summary>
internal sealed class ShardLane(RegistrationJob job, int shard)
{
    public RegistrationJob Job { get; } = job;
    public int Shard { get; } = shard;
    public Queue<ImmutableArray<NewRun>> Chunks { get; } = new();
    public ChunkRequest? Asked { get; set; }
}

/// <summary>A chunk that a shard was asked to put on record. Asked again, it has the same number.</summary>
internal sealed class ChunkRequest(long number, ShardLane lane, ImmutableArray<NewRun> runs)
{
    public long Number { get; } = number;
    public ShardLane Lane { get; } = lane;
    public ImmutableArray<NewRun> Runs { get; } = runs;
    public int Tries { get; set; }
    public bool IsLate => Tries > 1;
}
