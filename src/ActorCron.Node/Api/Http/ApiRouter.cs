namespace ActorCron.Node.Api.Http;

/// <summary>Finds the call that a request means. The route with the most literal parts wins: <c>GET …/schedules/a/next</c> is the next
/// occurrences of <c>a</c>; the schedule <c>a/next</c> is read as <c>…/schedules/a%2Fnext</c>, and by its plain address where there is no
/// schedule <c>a</c>.</summary>
internal sealed class ApiRouter(IEnumerable<ApiRoute> routes)
{
    public IReadOnlyList<ApiRoute> Routes { get; } = [.. routes.OrderByDescending(route => route.Weight)];

    public Task HandleAsync(HttpContext context)
    {
        var segments = RawPath.Segments(context);
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var route in Routes)
        {
            if (!route.Matches(segments, out var id)) continue;
            if (route.Method == method) return route.Handler(context, id.Equals(default) ? "" : RawPath.Decode(segments.AsSpan()[id], route.IdName));
            allowed.Add(route.Method);
        }
        throw allowed.Count == 0
            ? ApiProblem.NotFound("There is no such address; /openapi/v1.json lists all.")
            : new ApiProblem(StatusCodes.Status405MethodNotAllowed, $"This address takes {string.Join(", ", allowed)}, not {method}.") { Allow = string.Join(", ", allowed) };
    }
}
