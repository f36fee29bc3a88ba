using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster leader</c> and <c>scheduler</c>: one address.</summary>
internal sealed class ClusterRole : NodeCommand
{
    private readonly Func<ClusterView, string?> _address;

    private ClusterRole(PbmContext pbm, string name, string description, Func<ClusterView, string?> address) : base(pbm, name, description)
    {
        _address = address;
        Examples = [$"pbm cluster {name}"];
    }

    public static ClusterRole Leader(PbmContext pbm) =>
        new(pbm, "leader", "Print the address of the cluster's leader.", cluster => cluster.Leader);

    public static ClusterRole Scheduler(PbmContext pbm) =>
        new(pbm, "scheduler", "Print the address of the node that dispatches.", cluster => cluster.Scheduler);

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var cluster = await ClusterView.GetAsync(call, cancelled).ConfigureAwait(false);
        if (_address(cluster) is not { Length: > 0 } address)
        {
            await call.Console.Error.WriteLineAsync($"There is no {Name} at the moment.").ConfigureAwait(false);
            return ExitCode.Refused;
        }
        call.Console.Out.WriteLine(call.IsJson ? JsonText.Object(json => json.WriteString(Name, address)) : Cell.Clean(address));
        return ExitCode.Ok;
    }
}
