using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster join -a</c>, <c>leave [-a|-s]</c> and <c>down -a</c>.</summary>
internal sealed class ClusterChange : NodeCommand
{
    private readonly Option<string?> _address;
    private readonly Option<bool>? _self;
    private readonly string _done;

    private ClusterChange(PbmContext pbm, string name, string done, string description, bool isForSelf) : base(pbm, name, description)
    {
        _done = done;
        _address = Takes(new Option<string?>("--address", "-a", "-A") { HelpName = "ADDR", Required = !isForSelf, Description = "A member's address: host:port, or in full akka.tcp://ActorCron@host:port" });
        _address.CompletionSources.Add(completion =>
            ServerCompletion.Words(pbm, completion.ParseResult, new ApiPath("cluster"), member => member.Text("address"), "members"));
        if (isForSelf) _self = Takes(new Option<bool>("--self", "-s", "-S") { Description = "The node that is asked (so too without any option)." });
        Examples = isForSelf
            ? [$"pbm cluster {name}                # the node itself: a Kubernetes preStop hook", $"pbm cluster {name} -a akka.tcp://ActorCron@node-3:4053"]
            : [$"pbm cluster {name} -a akka.tcp://ActorCron@node-3:4053"];
    }

    public static ClusterChange Join(PbmContext pbm) =>
        new(pbm, "join", "joining", "Let the node that is asked join the cluster of the node at ADDR.", isForSelf: false);

    public static ClusterChange Leave(PbmContext pbm) =>
        new(pbm, "leave", "leaving", "Let a member leave gracefully: it hands over its work first.", isForSelf: true);

    public static ClusterChange Down(PbmContext pbm) =>
        new(pbm, "down", "downing", "Declare a member dead. Make sure that it is: a live one is cut off.", isForSelf: false);

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var address = call.Value(_address);
        if (address is not null && _self is not null && call.Value(_self)) throw new UsageException("give --address or --self, not both");
        address ??= (await ClusterView.GetAsync(call, cancelled).ConfigureAwait(false)).Self;
        var body = JsonText.Object(json =>
        {
            if (address is not null) json.WriteString("address", address);
        });
        var answer = await call.Node.PostAsync(new ApiPath($"cluster/{Name}"), body, cancelled).ConfigureAwait(false);
        call.Done(answer, $"{_done} {address ?? call.Node.Address.Display}");
        return ExitCode.Ok;
    }
}
