using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Sharding;

/// <summary><c>pbm cluster-sharding list-shards</c>: every shard with the node that hosts it.</summary>
internal sealed class ListShards : NodeCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        new("SHARD", shard => shard.Text("shard", "shardId", "id") ?? Cell.Of(shard)),
        Column.Of("REGION", "region"),
        new("NODE", shard => shard.Text("address", "node")),
        new("ENTITIES", shard => shard.TryGet("entities", out var list) && list.ValueKind == JsonValueKind.Array ? $"{list.GetArrayLength()}" : shard.Text("entities")),
    ];

    private readonly Option<string?> _region;

    public ListShards(PbmContext pbm) : base(pbm, "list-shards", "List every shard with the node that hosts it.")
    {
        _region = Takes(RegionOption.Create(pbm));
        Examples = ["pbm cluster-sharding list-shards -r workers"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        foreach (var region in await RegionOption.ReadAsync(call, _region, cancelled).ConfigureAwait(false))
        {
            var answer = await call.Node.GetAsync(new ApiPath("sharding/shards").With("region", region), cancelled).ConfigureAwait(false);
            call.Rows(answer, Columns, answer.List("items", "shards"), $"No shards in {Cell.Clean(region)}.");
        }
        return ExitCode.Ok;
    }
}
