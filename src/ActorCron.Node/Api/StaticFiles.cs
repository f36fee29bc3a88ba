using System.Collections.Frozen;
using System.Security.Cryptography;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api;

/// <summary>The dashboard and the API's description: files inside the program, with an ETag each.</summary>
internal sealed class StaticFiles
{
    private static readonly (string Path, string Resource, string ContentType)[] Files =
    [
        ("/", "dashboard.index.html", "text/html; charset=utf-8"),
        ("/dashboard/app.js", "dashboard.app.js", "text/javascript; charset=utf-8"),
        ("/dashboard/dom.js", "dashboard.dom.js", "text/javascript; charset=utf-8"),
        ("/dashboard/node.js", "dashboard.node.js", "text/javascript; charset=utf-8"),
        ("/dashboard/style.css", "dashboard.style.css", "text/css; charset=utf-8"),
        ("/dashboard/icon.svg", "dashboard.icon.svg", "image/svg+xml"),
        ("/openapi/v1.json", "openapi.v1.json", "application/json"),
    ];

    private readonly FrozenDictionary<string, (byte[] Content, string Tag)> _contents = Files.ToFrozenDictionary(file => file.Path, file => Load(file.Resource));

    public IEnumerable<ApiRoute> Routes => Files.Select(file => new ApiRoute("GET", file.Path, (context, _) => ServeAsync(context, file.Path, file.ContentType)));

    private async Task ServeAsync(HttpContext context, string path, string contentType)
    {
        var (content, tag) = _contents[path];
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static (byte[], string) Load(string resource)
    {
        using var stream = typeof(StaticFiles).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"The file {resource} is missing from the program.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return (content, $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"");
    }
}
