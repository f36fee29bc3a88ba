using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster down-unreachable</c>: declares dead every member that the node cannot reach.</summary>
internal sealed class ClusterDownUnreachable : NodeCommand
{
    public ClusterDownUnreachable(PbmContext pbm) : base(pbm, "down-unreachable", "Declare dead every member that the node cannot reach. Never in a partition: each side would go on alone.") =>
        Examples = ["pbm cluster down-unreachable"];

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var answer = await call.Node.PostAsync(new ApiPath("cluster/down-unreachable"), null, cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else if (answer.List("downed", "addresses", "items").ToList() is { Count: > 0 } downed)
            foreach (var address in downed) call.Console.Out.WriteLine($"downing {Cell.Clean(Cell.Of(address))}");
        else call.Console.Out.WriteLine("downing all unreachable members");
        return ExitCode.Ok;
    }
}
