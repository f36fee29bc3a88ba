using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Tests.Pbm;

/// <summary>A real HTTP server with canned answers at the paths that the contract names, which keeps what it was asked.</summary>
internal sealed class StubNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, Queue<Answer>> _answers = [];
    private readonly ConcurrentQueue<Asked> _asked = [];

    private StubNode(WebApplication app) => _app = app;

    /// <param name="Target">Path and query as they stood on the wire, undecoded.</param>
    public sealed record Asked(string Method, string Target, IHeaderDictionary Headers, string Body);

    private sealed record Answer(int Status, string Body, string ContentType, (string Name, string Value)[] Headers);

    public string Address => new Uri(_app.Urls.First()).Authority;

    public IReadOnlyList<Asked> Requests => [.. _asked];

    /// <summary>The answer to what nothing else answers; null for 404.</summary>
    public (string Body, int Status)? Otherwise { get; set; }

    /// <summary>Called with each request before it is answered, while its body is still unread.</summary>
    public Func<HttpContext, Task>? OnRequest { get; set; }

    public static async Task<StubNode> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var stub = new StubNode(app);
        app.Run(stub.HandleAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Answers <paramref name="call"/> ("GET /api/v1/cluster", the query left out); given more than once, one after the other, the last for ever.</summary>
    public StubNode On(string call, string body, int status = 200, string contentType = "application/json", params (string, string)[] headers)
    {
        lock (_answers)
        {
            if (!_answers.TryGetValue(call, out var queue)) _answers[call] = queue = new Queue<Answer>();
            queue.Enqueue(new Answer(status, body, contentType, headers));
        }
        return this;
    }

    public StubNode Refuses(string call, int status, string problem, params (string, string)[] headers) =>
        On(call, problem, status, "application/problem+json", headers);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (OnRequest is { } first) await first(context);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using var reader = new StreamReader(context.Request.Body);
        _asked.Enqueue(new Asked(context.Request.Method, target, new HeaderDictionary(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(context.Request.Headers, StringComparer.OrdinalIgnoreCase)), await reader.ReadToEndAsync()));
        var answer = Next($"{context.Request.Method} {target.Split('?')[0]}");
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        if (answer.Body.Length == 0) return;
        context.Response.ContentType = answer.ContentType;
        await context.Response.WriteAsync(answer.Body);
    }

    private Answer Next(string call)
    {
        lock (_answers)
        {
            if (!_answers.TryGetValue(call, out var queue) && Otherwise is { } otherwise) return new Answer(otherwise.Status, otherwise.Body, "application/json", []);
            if (queue is null)
                return new Answer(404, $$"""{"title":"Not Found","status":404,"detail":"the stub knows no {{call}}"}""", "application/problem+json", []);
            return queue.Count > 1 ? queue.Dequeue() : queue.Peek();
        }
    }
}
