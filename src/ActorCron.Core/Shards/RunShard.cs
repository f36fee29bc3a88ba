using ActorCron.Core.Machines;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>Owns the runs of a hash range of schedules from registration to end.</summary>
public sealed class RunShard : IMachine<RunEvent>
{
    /// <param name="shard">Its number.</param>
    /// <param name="settings">How it behaves.</param>
    public RunShard(int shard, RunShardSettings settings) => _ = (shard, settings);

    /// <summary>An immutable copy of the books.</summary>
    public LedgerSnapshot ToSnapshot() => throw new NotImplementedException();

    /// <summary>Takes a snapshot in; the machine must be fresh.</summary>
    public void Restore(LedgerSnapshot snapshot) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<RunEvent> into) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Apply(RunEvent stored) => throw new NotImplementedException();
}
