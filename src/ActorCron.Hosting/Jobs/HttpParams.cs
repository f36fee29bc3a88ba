using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ActorCron.Hosting.Jobs;

/// <summary>What an http job's params say.</summary>
/// <param name="Url">Absolute, http or https.</param>
/// <param name="Method">GET, or POST where there is a body and no other is named.</param>
/// <param name="Headers">As given.</param>
/// <param name="Body">Text as it is; any other JSON value as JSON; null for none.</param>
/// <param name="BodyIsJson">Whether the body was given as JSON.</param>
internal sealed record HttpParams(Uri Url, HttpMethod Method, IReadOnlyList<KeyValuePair<string, string>> Headers, string? Body, bool BodyIsJson)
{
    // The client sets these from what it sends.
    private static readonly string[] OwnHeaders = ["Connection", "Content-Length", "Expect", "Transfer-Encoding", "Upgrade"];

    /// <param name="parameters">As the schedule's owner wrote them.</param>
    /// <param name="batch">In a batch, what the run's params are with its item or the results: the body of a request that names neither body nor method.</param>
    /// <exception cref="FormatException">The params are wrong; the message says where and what would be right.</exception>
    public static HttpParams Read(string parameters, string? batch = null)
    {
        using var reader = new ParamsReader(parameters, tolerant: batch is not null, "url", "method", "headers", "body");
        using var whole = batch is null ? null : JsonDocument.Parse(batch);
        var url = ReadUrl(reader.Text("url"));
        var body = reader.Value("body") ?? (reader.Text("method") is null ? whole?.RootElement : null);
        var method = ReadMethod(reader.Text("method") ?? (body is null ? "GET" : "POST"));
        if (body is not null && (method == HttpMethod.Get || method == HttpMethod.Head)) throw ParamsReader.Refused($"params.body does not go with the method {method}");
        var headers = reader.Texts("headers");
        foreach (var (name, value) in headers) CheckHeader(name, value);
        var isJson = body is { ValueKind: not JsonValueKind.String };
        return new(url, method, headers, isJson ? body!.Value.GetRawText() : body?.GetString(), isJson);
    }

    /// <summary>A new request; a request can be sent once.</summary>
    public HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(Method, Url);
        if (Body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(BodyIsJson ? "application/json" : "text/plain", "utf-8") },
            };
        foreach (var (name, value) in Headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value) || request.Content is null) continue;
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    private static Uri ReadUrl(string? text)
    {
        if (string.IsNullOrEmpty(text)) throw ParamsReader.Refused("params.url is missing: an absolute http or https address");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw ParamsReader.Refused("params.url must be an absolute http or https address, such as https://example.com/hook");
        if (url.UserInfo.Length > 0) throw ParamsReader.Refused("params.url must not hold a user or password: send them in params.headers.Authorization");
        return url;
    }

    private static HttpMethod ReadMethod(string text) =>
        text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetter)
            ? HttpMethod.Parse(text.ToUpperInvariant())
            : throw ParamsReader.Refused($"params.method must be an HTTP method such as GET or POST, not '{text}'");

    private static void CheckHeader(string name, string value)
    {
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            throw ParamsReader.Refused($"params.headers: '{name}' is no header name");
        if (value.Any(c => c is not '\t' and (< ' ' or > '~'))) throw ParamsReader.Refused($"params.headers.{name} must be printable ASCII");
        if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) throw ParamsReader.Refused($"params.headers.{name} is set by ActorCron itself");
    }
}
