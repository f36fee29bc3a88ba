using System.Text.Json;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster status</c>: the member line of the node that answers.</summary>
internal sealed class ClusterStatus : NodeCommand
{
    public ClusterStatus(PbmContext pbm) : base(pbm, "status", "Show the member line of the node that is asked.") =>
        Examples = ["pbm node-2:9110 cluster status"];

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var cluster = await ClusterView.GetAsync(call, cancelled).ConfigureAwait(false);
        var self = cluster.Self;
        var member = cluster.Members.FirstOrDefault(member => self is not null && member.Text("address") == self);
        if (member.ValueKind == JsonValueKind.Undefined)
        {
            await call.Console.Error.WriteLineAsync(self is null ? "The node does not say which member it is." : $"{Cell.Clean(self)} is not a member (yet).").ConfigureAwait(false);
            return ExitCode.Refused;
        }
        call.Done(member, MemberLine.Of(member));
        return ExitCode.Ok;
    }
}
