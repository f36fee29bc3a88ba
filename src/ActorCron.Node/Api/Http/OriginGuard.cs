using System.Net;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Node.Api.Http;

/// <summary>Keeps web pages of others away from a node on this machine: a browser would carry their calls to loopback, where no token is asked for.</summary>
internal static class OriginGuard
{
    /// <exception cref="ApiProblem">403.</exception>
    public static void Check(HttpContext context, HttpSettings http)
    {
        var request = context.Request;
        // A foreign name that was made to point at loopback (DNS rebinding) shows in Host.
        if (!http.HasToken && !IsOwnName(request.Host.Host, http.Bind))
            throw new ApiProblem(StatusCodes.Status403Forbidden, "Without a token this node answers to localhost and IP addresses only; set actorcron.http.token to serve it under a name.", "Host");

        var origin = request.Headers.Origin.ToString();
        var isForeign = origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
        if (isForeign || request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
            throw new ApiProblem(StatusCodes.Status403Forbidden, "Calls from pages of another origin are refused.", "Origin");
    }

    private static bool IsOwnName(string host, string bind) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.Equals(bind, StringComparison.OrdinalIgnoreCase) || host.Length == 0 || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
