using System.Buffers;
using System.Text.Json;
using ActorCron.Core.Json;

namespace ActorCron.Node.Api.Http;

/// <summary>Writes JSON answers.</summary>
internal static class JsonAnswer
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Writes one document, whole or not at all.</summary>
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write, string contentType = "application/json")
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        await using (var json = new Utf8JsonWriter(buffer, JsonWriting.Options)) write(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    public static Task OkAsync(HttpContext context, Action<Utf8JsonWriter> write) => WriteAsync(context, StatusCodes.Status200OK, write);

    /// <summary>Writes <c>{ …, "items": […], … }</c> piece by piece, so that a large page costs no large buffer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes one of them.</param>
    /// <param name="before">Writes members before the items.</param>
    /// <param name="after">Writes members after them.</param>
    public static async Task ItemsAsync<T>(HttpContext context, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write, Action<Utf8JsonWriter>? before = null, Action<Utf8JsonWriter>? after = null)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonWriting.Options);
        json.WriteStartObject();
        before?.Invoke(json);
        json.WriteStartArray("items"u8);
        foreach (var item in items)
        {
            write(json, item);
            if (json.BytesPending < FlushAt) continue;
            await json.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        json.WriteEndArray();
        after?.Invoke(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>The member that a page ends with: the cursor of the next one, or null.</summary>
    public static Action<Utf8JsonWriter> Next(string? cursor) => json => json.WriteString("next"u8, cursor);
}
