using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Sharding;

/// <summary><c>-r TYPENAME</c>, as in Petabridge.Cmd; without it, all regions.</summary>
internal static class RegionOption
{
    public static Option<string?> Create(PbmContext pbm)
    {
        var region = new Option<string?>("--region", "-r", "-R") { HelpName = "TYPENAME", Description = "Only this shard region. [default: all]" };
        region.CompletionSources.Add(completion => ServerCompletion.Words(
            pbm, completion.ParseResult, new ApiPath("sharding/regions"), item => item.Text("region", "name", "typeName") ?? Cell.Of(item), "regions"));
        return region;
    }

    /// <summary>The regions asked for: the one named, or all that the node has.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(Call call, Option<string?> option, CancellationToken cancelled)
    {
        if (call.Value(option) is { } one) return [one];
        var answer = await call.Node.GetAsync(new ApiPath("sharding/regions"), cancelled).ConfigureAwait(false);
        return [.. answer.List("regions", "items").Select(region => region.Text("region", "name", "typeName") ?? Cell.Of(region))];
    }
}
