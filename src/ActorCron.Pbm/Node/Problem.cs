using System.Net;
using System.Text;
using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Node;

/// <summary>A refusal as the API words it (application/problem+json, RFC 9457), read leniently: a proxy's HTML page counts too.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, and what would be right.</param>
/// <param name="Errors">Everything that is wrong, by field, where the node lists it.</param>
/// <param name="Document">The node's JSON, for <c>-o json</c>; undefined when it sent none.</param>
/// <param name="Next">What the user can do about it, or null.</param>
internal sealed record Problem(HttpStatusCode Status, string Detail, IReadOnlyList<(string Field, string Message)> Errors, JsonElement Document, string? Next)
{
    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancelled)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancelled).ConfigureAwait(false);
        var document = TryParse(body);
        var detail = document.Text("detail") ?? document.Text("title") ?? document.Text("error") ?? Plain(body, response);
        return new Problem(response.StatusCode, detail, [.. ReadErrors(document)], document, Advice(response));
    }

    /// <summary>One line: what, then field and status; then a line for each further field and for the next step.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Cell.Clean(Detail)).Append(" (");
        var first = Document.Text("field") ?? (Errors is [var (only, _)] ? only : null);
        if (first is not null) text.Append("field ").Append(Cell.Clean(first)).Append(", ");
        text.Append("status ").Append((int)Status).Append(' ').Append(Reason(Status)).Append(')');
        foreach (var (field, message) in Errors)
            if (!Detail.EndsWith(message, StringComparison.Ordinal)) text.Append('\n').Append("  ").Append(Cell.Clean(field)).Append(": ").Append(Cell.Clean(message));
        if (Counts() is { Length: > 0 } counts) text.Append('\n').Append("  ").Append(counts);
        if (Next is not null) text.Append('\n').Append("  ").Append(Next);
        return text.ToString();
    }

    private static JsonElement TryParse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string Plain(byte[] body, HttpResponseMessage response)
    {
        var isText = response.Content.Headers.ContentType?.MediaType == "text/plain";
        return isText && body.Length is > 0 and < 2000 ? Encoding.UTF8.GetString(body).Trim() : "the node gave no reason";
    }

    // As ASP.NET's validation problems carry them: { field: [messages] }.
    private static IEnumerable<(string, string)> ReadErrors(JsonElement document)
    {
        if (!document.TryGet("errors", out var errors) || errors.ValueKind != JsonValueKind.Object) yield break;
        foreach (var error in errors.EnumerateObject())
            yield return (error.Name, error.Value.ValueKind == JsonValueKind.Array ? string.Join("; ", error.Value.EnumerateArray().Select(Cell.Of)) : Cell.Of(error.Value));
    }

    // What an import had stored when it had to stop.
    private string Counts() => Document.ValueKind != JsonValueKind.Object ? "" : string.Join(", ", Document.EnumerateObject()
        .Where(member => member.Value.ValueKind == JsonValueKind.Number && member.Name != "status")
        .Select(member => $"{member.Name} {member.Value.GetRawText()}"));

    private static string? Advice(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "Give the node's token with --token, --token-file or PBM_TOKEN.",
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests when response.Headers.RetryAfter?.Delta is { } wait => $"Try again in {wait.TotalSeconds:0} s.",
        _ => null,
    };

    private static string Reason(HttpStatusCode status) => (int)status switch
    {
        404 => "Not Found",
        413 => "Payload Too Large",
        429 => "Too Many Requests",
        _ => string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : c.ToString())),
    };
}
