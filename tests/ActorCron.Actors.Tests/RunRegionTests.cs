using ActorCron.Actors.Running;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Tests;

public sealed class RunRegionTests
{
    [Fact]
    public void Each_run_shard_is_a_shard_of_its_own_under_its_number()
    {
        var shards = Enumerable.Range(0, RunShards.Count).Select(shard => RunRegion.Extractor.ShardId(new GetShardStats(shard))).ToList();

        Assert.Equal(Enumerable.Range(0, RunShards.Count).Select(shard => $"{shard}"), shards);
        Assert.Equal("7", RunRegion.Extractor.EntityId(new GetShardStats(7)));
        Assert.Equal("7", RunRegion.Extractor.ShardId("7"));
        Assert.Null(RunRegion.Extractor.EntityId("something else"));
    }
}
