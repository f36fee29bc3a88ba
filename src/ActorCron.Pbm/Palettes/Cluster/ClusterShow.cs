using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster show</c>: one line a member, then <c>Count: N nodes</c>.</summary>
internal sealed class ClusterShow : NodeCommand
{
    public ClusterShow(PbmContext pbm) : base(pbm, "show", "Show every member: address, roles, status, reachability, version.") =>
        Examples = ["pbm cluster show", "pbm -o json cluster show | jq -r '.scheduler'"];

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var cluster = await ClusterView.GetAsync(call, cancelled).ConfigureAwait(false);
        if (call.IsJson)
        {
            JsonOutput.Write(call.Console.Out, cluster.Document);
            return ExitCode.Ok;
        }
        foreach (var member in cluster.Members) call.Console.Out.WriteLine(MemberLine.Of(member));
        call.Console.Out.WriteLine($"Count: {cluster.Members.Count} nodes");
        return ExitCode.Ok;
    }
}
