using Microsoft.AspNetCore.Http.Features;

namespace ActorCron.Node.Api.Http;

/// <summary>The path as the client sent it, in segments. Ids hold slashes: one that is percent-encoded belongs to the id, one that is
/// not may also part the id from a word such as <c>trigger</c>. Kestrel's own path has lost that difference for everything but <c>%2F</c>.</summary>
internal static class RawPath
{
    /// <summary>The segments, still percent-encoded.</summary>
    public static string[] Segments(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0) target = target[..query];
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
        }
        return target.TrimStart('/').Split('/');
    }

    /// <summary>An id from its segments.</summary>
    /// <exception cref="ApiProblem">The percent-encoding is broken, or is not UTF-8.</exception>
    public static string Decode(ReadOnlySpan<string> segments, string field) => PercentText.Decode(string.Join('/', segments!), field);
}
