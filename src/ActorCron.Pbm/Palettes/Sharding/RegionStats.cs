using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Palettes.Cluster;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Sharding;

/// <summary><c>pbm cluster-sharding region-stats -r TYPENAME</c>: a member line for each region, as Petabridge.Cmd prints it:
/// <c>MEMBER [coordinator](TYPENAME) | shards: N | entities: M</c>.</summary>
internal sealed class RegionStats : NodeCommand
{
    private readonly Option<string?> _region;

    public RegionStats(PbmContext pbm) : base(pbm, "region-stats", "Show how many shards and entities each node hosts.")
    {
        _region = Takes(RegionOption.Create(pbm));
        Examples = ["pbm cluster-sharding region-stats -r workers"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var regions = await RegionOption.ReadAsync(call, _region, cancelled).ConfigureAwait(false);
        var members = call.IsJson ? null : await ClusterView.GetAsync(call, cancelled).ConfigureAwait(false);
        foreach (var region in regions)
        {
            var answer = await call.Node.GetAsync(new ApiPath("sharding/stats").With("region", region), cancelled).ConfigureAwait(false);
            if (members is null) JsonOutput.Write(call.Console.Out, answer);
            else
                foreach (var node in answer.List("items", "regions", "stats")) call.Console.Out.WriteLine(Line(node, region, members));
        }
        return ExitCode.Ok;
    }

    private static string Line(JsonElement node, string region, ClusterView cluster)
    {
        var address = node.Text("address", "node");
        var member = cluster.Members.FirstOrDefault(member => member.Text("address") == address);
        var start = member.ValueKind == JsonValueKind.Object ? MemberLine.Of(member) : Cell.Clean(address ?? "");
        var coordinator = node.Flag("coordinator") == true ? $" [coordinator]({Cell.Clean(region)})" : $" ({Cell.Clean(region)})";
        return $"{start}{coordinator} | shards: {Count(node, "shards")} | entities: {Count(node, "entities")}";
    }

    private static string Count(JsonElement node, string key) =>
        !node.TryGet(key, out var value) ? "0"
        : value.ValueKind == JsonValueKind.Array ? $"{value.GetArrayLength()}"
        : value.ValueKind == JsonValueKind.Object ? $"{value.EnumerateObject().Count()}"
        : value.GetRawText();
}
