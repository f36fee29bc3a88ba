using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ActorCron.Pbm.Node;

/// <summary>The HTTP API of one node (contract section 7). A refusal throws <see cref="NodeRefusedException"/>,
/// silence <see cref="NodeUnreachableException"/>; what returns is an answer.</summary>
internal sealed class NodeClient : IDisposable
{
    private const int LargestDocument = 256 * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly NodeSettings _settings;
    private readonly TimeProvider _time;

    public NodeClient(NodeSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
            UseCookies = false,
            // HTTP_PROXY is for the world outside; a node on this machine is never behind it.
            UseProxy = !settings.Address.Base.IsLoopback,
        };
        _http = new HttpClient(handler) { BaseAddress = settings.Address.Base, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestDocument };
        if (settings.Token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
    }

    public NodeAddress Address => _settings.Address;

    /// <summary>The bound of one request.</summary>
    public TimeSpan Patience => _settings.Timeout;

    public Task<JsonElement> GetAsync(ApiPath path, CancellationToken cancelled) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path.ToString()), cancelled);

    public Task<JsonElement> PostAsync(ApiPath path, string? json, CancellationToken cancelled) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path.ToString()) { Content = Json(json) }, cancelled);

    public Task<JsonElement> PutAsync(ApiPath path, string json, CancellationToken cancelled) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, path.ToString()) { Content = Json(json) }, cancelled);

    public Task<JsonElement> DeleteAsync(ApiPath path, CancellationToken cancelled) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path.ToString()), cancelled);

    /// <summary>The answer's JSON; an undefined element when the answer has no body.</summary>
    public async Task<JsonElement> SendAsync(HttpRequestMessage request, IdleTimeout patience) =>
        (await SendForStatusAsync(request, patience).ConfigureAwait(false)).Body;

    /// <summary>The answer with its status (201 tells a new schedule from a replaced one) and warnings.</summary>
    public async Task<NodeAnswer> SendForStatusAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        using var patience = new IdleTimeout(_settings.Timeout, _time, cancelled);
        return await SendForStatusAsync(request, patience).ConfigureAwait(false);
    }

    /// <summary>A GET that blocks: completion has no other way, the parser asks for words synchronously.</summary>
    public JsonElement Get(ApiPath path)
    {
        using var patience = new IdleTimeout(_settings.Timeout, _time, CancellationToken.None);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path.ToString());
            using var response = _http.Send(request, HttpCompletionOption.ResponseContentRead, patience.Token);
            using var body = response.Content.ReadAsStream(patience.Token);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(body).RootElement : default;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            throw new NodeUnreachableException(Address, e.Message);
        }
    }

    /// <summary>The lines of an NDJSON answer as they come; the longest silence is the time-out.</summary>
    public async IAsyncEnumerable<string> LinesAsync(ApiPath path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        using var patience = new IdleTimeout(_settings.Timeout, _time, cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, path.ToString());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var response = await OpenAsync(request, patience).ConfigureAwait(false);
        using var reader = new StreamReader(await ReadAsync(() => response.Content.ReadAsStreamAsync(patience.Token), patience).ConfigureAwait(false), Encoding.UTF8);
        while (await ReadAsync(() => reader.ReadLineAsync(patience.Token).AsTask(), patience).ConfigureAwait(false) is { } line)
        {
            patience.Rearm();
            if (line.Length > 0) yield return line;
        }
    }

    /// <summary>Sends and reads the headers; throws unless the status is 2xx.</summary>
    /// <param name="request">The request; a body may report its progress to <paramref name="patience"/>.</param>
    /// <param name="patience">How long to wait, and for whom.</param>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, IdleTimeout patience)
    {
        var response = await ReadAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token), patience).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return response;
        using (response)
            throw new NodeRefusedException(await ReadAsync(() => Problem.ReadAsync(response, patience.Token), patience).ConfigureAwait(false));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        using (request)
            return (await SendForStatusAsync(request, cancelled).ConfigureAwait(false)).Body;
    }

    private async Task<NodeAnswer> SendForStatusAsync(HttpRequestMessage request, IdleTimeout patience)
    {
        using var response = await OpenAsync(request, patience).ConfigureAwait(false);
        var body = await ReadAsync(() => response.Content.ReadAsByteArrayAsync(patience.Token), patience).ConfigureAwait(false);
        var warnings = response.Headers.Warning.Select(warning => warning.Text.Trim('"'));
        try
        {
            return new NodeAnswer(response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement, [.. warnings], response.Headers.ETag?.ToString());
        }
        catch (JsonException)
        {
            throw new NodeRefusedException(new Problem(response.StatusCode, $"{Address.Display} answered with something that is not JSON: is it an ActorCron node?", [], default, null));
        }
    }

    private async Task<T> ReadAsync<T>(Func<Task<T>> read, IdleTimeout patience)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!patience.IsEndedByUser)
        {
            throw new NodeUnreachableException(Address, $"no answer within {patience.Limit.TotalSeconds:0.###} s (--timeout)");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new NodeUnreachableException(Address, Innermost(e));
        }
    }

    // The outer messages repeat the address; the innermost says "Connection refused" or "Name or service not known".
    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message;
    }

    private static StringContent? Json(string? json) =>
        json is null ? null : new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
