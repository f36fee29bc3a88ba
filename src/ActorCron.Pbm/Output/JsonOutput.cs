using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>The API's JSON as it came: same keys, same order, same digits; only white space and escapes differ.</summary>
internal static class JsonOutput
{
    // Output goes to a terminal or a program, never into HTML: readable letters instead of \u escapes.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonWriterOptions Compact = Indented with { Indented = false };

    /// <summary>The document, indented, with a line end. Nothing for an answer without a body.</summary>
    public static void Write(TextWriter to, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Undefined) to.WriteLine(Render(json, Indented));
    }

    /// <summary>The document on one line: an item of an endless command.</summary>
    public static void WriteLine(TextWriter to, JsonElement json) => to.WriteLine(Render(json, Compact));

    /// <summary>A page <c>{ "items": […], "next": … }</c> put together from several, written as they come.</summary>
    public static async Task<string?> WritePagesAsync(TextWriter to, IAsyncEnumerable<JsonElement> pages, CancellationToken cancelled)
    {
        JsonElement only = default;
        string? next = null;
        var count = 0;
        await foreach (var page in pages.WithCancellation(cancelled).ConfigureAwait(false))
        {
            if (++count == 1)
            {
                (only, next) = (page, page.Text("next"));
                continue;
            }
            if (count == 2)
            {
                to.Write("{\n  \"items\": [");
                WriteItems(to, only, isFirst: true);
            }
            WriteItems(to, page, isFirst: false);
            next = page.Text("next");
        }
        if (count == 1) Write(to, only);
        if (count > 1) to.WriteLine($"\n  ],\n  \"next\": {(next is null ? "null" : $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(next)}\"")}\n}}");
        return next;
    }

    private static void WriteItems(TextWriter to, JsonElement page, bool isFirst)
    {
        foreach (var item in page.List("items"))
        {
            to.Write(isFirst ? "\n    " : ",\n    ");
            to.Write(Render(item, Indented).Replace("\n", "\n    ", StringComparison.Ordinal));
            isFirst = false;
        }
    }

    private static string Render(JsonElement json, JsonWriterOptions options)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, options)) json.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
