using System.Buffers;
using ActorCron.Core.Documents;

namespace ActorCron.Node.Api.Http;

/// <summary>Reads a request's body to a bound, which holds while it streams in.</summary>
internal static class RequestBody
{
    /// <summary>A whole JSON document.</summary>
    /// <exception cref="ApiProblem">413 beyond 256 KiB, 415 for another content type.</exception>
    public static Task<byte[]> ReadJsonAsync(HttpContext context)
    {
        RequireJson(context.Request);
        return ReadAsync(context, ScheduleDocument.MaxBytes, "A document may have 256 KiB at most.");
    }

    /// <summary>A JSON document where there is one; else empty, whatever the content type.</summary>
    public static async Task<byte[]> ReadOptionalJsonAsync(HttpContext context)
    {
        var body = await ReadAsync(context, ScheduleDocument.MaxBytes, "A document may have 256 KiB at most.");
        if (body.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0) return [];
        RequireJson(context.Request);
        return body;
    }

    /// <summary>Makes sure that a call without fields was given none, since nobody would heed them.</summary>
    /// <exception cref="ApiProblem">400 that names the field.</exception>
    public static async Task RequireNoFieldsAsync(HttpContext context)
    {
        if (await ReadOptionalJsonAsync(context) is { Length: > 0 } body) JsonFieldsOf.Read(body);
    }

    /// <summary>A whole body.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext context, int maxBytes, string tooLarge)
    {
        if (context.Request.ContentLength > maxBytes) throw ApiProblem.TooLarge(tooLarge);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > maxBytes) throw ApiProblem.TooLarge(tooLarge);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The media type without parameters, lower case; "" where none is given.</summary>
    public static string MediaType(HttpRequest request) => request.GetTypedHeaders().ContentType?.MediaType.Value?.ToLowerInvariant() ?? (string.IsNullOrEmpty(request.ContentType) ? "" : "?");

    private static void RequireJson(HttpRequest request)
    {
        var type = MediaType(request);
        var charset = request.GetTypedHeaders().ContentType?.Charset.Value?.Trim('"');
        var isJson = type is "application/json" || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal));
        if (!isJson || !(charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON in UTF-8, sent with Content-Type: application/json.", "Content-Type");
    }
}
