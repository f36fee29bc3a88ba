using System.Text.Json;
using Akka.Actor;
using ActorCron.Actors.Gateway;
using ActorCron.Hosting.Configuration;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Cluster;

/// <summary>The members of the cluster, and what an operator can do about them.</summary>
internal sealed class ClusterEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/api/v1/cluster", (context, _) => ShowAsync(context)),
        new("POST", "/api/v1/cluster/join", (context, _) => JoinAsync(context)),
        new("POST", "/api/v1/cluster/leave", (context, _) => ChangeAsync(context, "leaving", (cluster, address) => cluster.Leave(address))),
        new("POST", "/api/v1/cluster/down", (context, _) => ChangeAsync(context, "downing", (cluster, address) => cluster.Down(address))),
        new("POST", "/api/v1/cluster/down-unreachable", (context, _) => DownUnreachableAsync(context)),
    ];

    private Akka.Cluster.Cluster Node => Akka.Cluster.Cluster.Get(api.Link.System);

    private async Task ShowAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var view = api.Gateway.GetCluster();
        var shards = await api.Gateway.GetShardsAsync(context.RequestAborted);
        await JsonAnswer.OkAsync(context, json => Write(json, view, shards));
    }

    private async Task JoinAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var address = await ReadAddressAsync(context) ?? throw ApiProblem.Bad("address", "is missing: a member of the cluster to join");
        if (api.Settings.IsSingleNode && address != Node.SelfAddress)
            throw new ApiProblem(StatusCodes.Status409Conflict, "This node keeps its store or broker to itself and can join no other; see actorcron.store.kind and actorcron.broker.kind.", "address");
        // Akka passes over a request to join when it has joined; whoever asks must hear of it.
        if (Node.State.Members.Any(member => member.UniqueAddress == Node.SelfUniqueAddress) && Node.State.Members.All(member => member.Address != address))
            throw new ApiProblem(StatusCodes.Status409Conflict, "This node is a member of another cluster: stop it, and start it with that cluster's seed nodes.", "address");
        Node.Join(address);
        await AnswerAsync(context, "joining", address);
    }

    private async Task ChangeAsync(HttpContext context, string doing, Action<Akka.Cluster.Cluster, Address> change)
    {
        QueryValues.Of(context);
        var address = await ReadAddressAsync(context) ?? (doing == "leaving" ? Node.SelfAddress : throw ApiProblem.Bad("address", "is missing: the member that is dead"));
        if (!Node.State.Members.Any(member => member.Address == address)) throw ApiProblem.NotFound($"{address} is no member of this cluster.");
        await AnswerAsync(context, doing, address);
        // Only after the answer: the node that leaves may be this one.
        await context.Response.CompleteAsync();
        change(Node, address);
    }

    private async Task DownUnreachableAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var unreachable = Node.State.Unreachable.Select(member => member.Address).ToList();
        foreach (var address in unreachable) Node.Down(address);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status202Accepted, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("downed"u8);
            foreach (var address in unreachable) json.WriteStringValue(address.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task AnswerAsync(HttpContext context, string doing, Address address) => JsonAnswer.WriteAsync(context, StatusCodes.Status202Accepted, json =>
    {
        json.WriteStartObject();
        json.WriteString("address"u8, address.ToString());
        json.WriteString("status"u8, doing);
        json.WriteEndObject();
    });

    private static async Task<Address?> ReadAddressAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 || (context.Request.ContentLength is null && !context.Request.Headers.ContainsKey("Transfer-Encoding"))) return null;
        var text = JsonFieldsOf.Read(await RequestBody.ReadJsonAsync(context), "address").Text("address");
        if (text is null) return null;
        return NodeAddress.TryParse(text, out var address) ? address : throw ApiProblem.Bad("address", $"must be {NodeAddress.Expected}");
    }

    private static void Write(Utf8JsonWriter json, ClusterView view, IReadOnlyList<ShardView> shards)
    {
        json.WriteStartObject();
        json.WriteStartArray("members"u8);
        foreach (var member in view.Members)
        {
            json.WriteStartObject();
            json.WriteString("address"u8, member.Address);
            json.WriteStartArray("roles"u8);
            foreach (var role in member.Roles) json.WriteStringValue(role);
            json.WriteEndArray();
            json.WriteString("status"u8, member.Status);
            json.WriteBoolean("reachable"u8, member.Reachable);
            json.WriteString("version"u8, member.Version);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("leader"u8, view.Leader);
        json.WriteString("scheduler"u8, view.Scheduler);
        json.WriteString("self"u8, view.Self);
        json.WriteStartArray("shards"u8);
        foreach (var shard in shards) ShardingEndpoints.Write(json, shard);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
