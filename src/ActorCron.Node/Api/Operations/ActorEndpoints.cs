using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Operations;

/// <summary>The node's actors, for those who look inside.</summary>
internal sealed class ActorEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes => [new("GET", "/api/v1/actors", (context, _) => ListAsync(context))];

    private Task ListAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "path", "depth");
        var path = query.Text("path", maxLength: 2000) ?? "/user";
        var found = ActorTree.Walk(api.Link.System, path, query.Int("depth", 4, 0, 32)) ?? throw ApiProblem.NotFound($"There is no actor '{path}' on this node.");
        return JsonAnswer.OkAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("paths"u8);
            foreach (var actor in found) json.WriteStringValue(actor);
            json.WriteEndArray();
            json.WriteBoolean("complete"u8, found.Count < ActorTree.Most);
            json.WriteEndObject();
        });
    }
}
