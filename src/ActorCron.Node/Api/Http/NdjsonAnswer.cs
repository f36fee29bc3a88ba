using System.Text.Json;
using ActorCron.Core.Json;

namespace ActorCron.Node.Api.Http;

/// <summary>Writes one document a line, page by page, in bounded memory. A failure after the first page cuts the connection,
/// so that no client takes a part for the whole.</summary>
internal static class NdjsonAnswer
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>Whether the client asks for a stream.</summary>
    public static bool IsAsked(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes pages until there is no cursor.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Reads the page after a cursor, null for the first.</param>
    /// <param name="write">Writes one document.</param>
    public static async Task WriteAsync<T>(HttpContext context, Func<string?, Task<(IReadOnlyList<T> Items, string? Next)>> read, Action<Utf8JsonWriter, T> write)
    {
        var (items, next) = await read(null);
        context.Response.ContentType = ContentType;
        var body = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(body, JsonWriting.Options);
        while (true)
        {
            foreach (var item in items)
            {
                write(json, item);
                await json.FlushAsync(context.RequestAborted);
                body.GetSpan(1)[0] = (byte)'\n';
                body.Advance(1);
                json.Reset();
            }
            await body.FlushAsync(context.RequestAborted);
            if (next is null || HttpMethods.IsHead(context.Request.Method)) return;
            (items, next) = await read(next);
        }
    }
}
