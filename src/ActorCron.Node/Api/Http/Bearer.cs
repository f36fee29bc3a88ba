using System.Security.Cryptography;
using System.Text;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Node.Api.Http;

/// <summary>Asks for the token where one is set. Open without it: liveness and readiness, the dashboard's files and the API's description, none of which tells anything.</summary>
internal sealed class Bearer(HttpSettings http)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _expected = Hash(http.Token);

    /// <exception cref="ApiProblem">401.</exception>
    public void Check(HttpContext context)
    {
        if (!http.HasToken || IsOpen(context.Request.Path)) return;
        var given = context.Request.Headers.Authorization.ToString();
        if (given.Length == 0) throw new ApiProblem(StatusCodes.Status401Unauthorized, "This node asks for a token: Authorization: Bearer <token>.", "Authorization");
        // Hashes of equal length: the comparison takes as long for any text.
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !CryptographicOperations.FixedTimeEquals(Hash(given[Scheme.Length..].Trim()), _expected))
            throw new ApiProblem(StatusCodes.Status401Unauthorized, "The token is not this node's.", "Authorization");
    }

    private static bool IsOpen(PathString path) =>
        path.Value is "/" or "/health/live" or "/health/ready" or "/openapi/v1.json" || path.StartsWithSegments("/dashboard", StringComparison.Ordinal);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
