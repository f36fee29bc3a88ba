using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary>The cluster as one node sees it (<c>GET /api/v1/cluster</c>).</summary>
internal sealed record ClusterView(JsonElement Document)
{
    public IReadOnlyList<JsonElement> Members => [.. Document.List("members")];

    public string? Leader => Document.Text("leader");

    public string? Scheduler => Document.Text("scheduler");

    /// <summary>The address of the node that answered; null when it does not say and is not alone.</summary>
    public string? Self => Document.Text("self", "selfAddress") ?? (Members is [var only] ? only.Text("address") : null);

    public static async Task<ClusterView> GetAsync(Call call, CancellationToken cancelled) =>
        new(await call.Node.GetAsync(new ApiPath("cluster"), cancelled).ConfigureAwait(false));
}
