using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Sharding;

/// <summary><c>pbm cluster-sharding list-regions</c>: the type names of the shard regions, one a line.</summary>
internal sealed class ListRegions : NodeCommand
{
    public ListRegions(PbmContext pbm) : base(pbm, "list-regions", "List the type names of the shard regions.") =>
        Examples = ["pbm cluster-sharding list-regions"];

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var answer = await call.Node.GetAsync(new ApiPath("sharding/regions"), cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else
            foreach (var region in answer.List("regions", "items")) call.Console.Out.WriteLine(Cell.Clean(region.Text("region", "name", "typeName") ?? Cell.Of(region)));
        return ExitCode.Ok;
    }
}
