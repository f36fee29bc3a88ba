using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary><c>pbm cluster tail</c>: the members, then every change of them, of the leader and of the scheduler, until Ctrl+C.</summary>
internal sealed class ClusterTail : NodeCommand
{
    private readonly Option<string> _interval;

    public ClusterTail(PbmContext pbm) : base(pbm, "tail", "Print the members and then each change, until Ctrl+C.")
    {
        _interval = Takes(Polling.Interval());
        Examples = ["pbm cluster tail", "pbm -o json cluster tail >> cluster-events.ndjson"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var (members, leader, scheduler) = (new Dictionary<string, string>(), (string?)null, (string?)null);
        await Polling.UntilAsync(call, Polling.ReadInterval(call, _interval), async stop =>
        {
            var cluster = await ClusterView.GetAsync(call, stop).ConfigureAwait(false);
            var now = cluster.Members.Where(member => member.Text("address") is not null).ToDictionary(member => member.Text("address")!, member => member);
            foreach (var (address, member) in now)
            {
                var line = MemberLine.Of(member);
                if (members.TryGetValue(address, out var known) && known == line) continue;
                members[address] = line;
                Print(call, "member", line, member);
            }
            foreach (var gone in members.Keys.Except(now.Keys).ToList())
            {
                members.Remove(gone);
                Print(call, "removed", $"{gone} | removed", default, gone);
            }
            if (leader != (leader = cluster.Leader)) Print(call, "leader", $"leader: {leader ?? "none"}", default, leader);
            if (scheduler != (scheduler = cluster.Scheduler)) Print(call, "scheduler", $"scheduler: {scheduler ?? "none"}", default, scheduler);
            return true;
        }, cancelled).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static void Print(Call call, string change, string line, JsonElement member, string? address = null)
    {
        var at = InstantInput.Format(call.Now);
        call.Console.Out.WriteLine(!call.IsJson ? $"{at} {Cell.Clean(line)}" : JsonText.Object(json =>
        {
            json.WriteString("at", at);
            json.WriteString("change", change);
            if (member.ValueKind == JsonValueKind.Undefined)
            {
                json.WriteString("address", address);
                return;
            }
            json.WritePropertyName("member");
            member.WriteTo(json);
        }));
    }
}
