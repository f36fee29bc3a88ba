using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;
using ActorCron.Node.Api;
using ActorCron.Node.Logging;
using ActorCron.Node.Metrics;
using ActorCron.Node.Tests.Configuration;
using Microsoft.AspNetCore.Builder;

namespace ActorCron.Node.Tests.Api;

/// <summary>The API on a real Kestrel at a free port, over a gateway in memory and a real one-node cluster.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NodeLog _log;
    private readonly MetricStore _metrics;
    private readonly ActorSystem _system;

    private ApiServer(WebApplication app, ApiContext context, NodeLog log, MetricStore metrics, ActorSystem system, NodeLink link, FakeGateway gateway, Uri address)
    {
        (_app, Context, _log, _metrics, _system, Link, Gateway, Address) = (app, context, log, metrics, system, link, gateway, address);
        Client = new HttpClient { BaseAddress = address };
    }

    public FakeGateway Gateway { get; }
    public ApiContext Context { get; }
    public NodeLink Link { get; }
    public NodeLog Log => _log;
    public Uri Address { get; }
    public HttpClient Client { get; }
    public ActorSystem System => _system;

    public static async Task<ApiServer> StartAsync(params string[] set)
    {
        var configuration = ConfigFolder.Load(set: ["http.port=0", .. set]);
        var system = ActorSystem.Create("ActorCron", ConfigurationFactory.ParseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF").WithFallback(configuration.Akka));
        var cluster = Akka.Cluster.Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress);
        var log = new NodeLog(TextWriter.Null, TimeProvider.System);
        var metrics = new MetricStore();
        using var jobs = new BuiltInJobs(configuration.Settings.Jobs, TimeProvider.System);
        var gateway = new FakeGateway();
        var link = new NodeLink();
        link.Connect(gateway, system);
        var context = new ApiContext(configuration.Settings, link, new ScheduleAdmission(configuration.Settings, jobs.Registry), log, metrics, TimeProvider.System);
        var app = HttpHost.Create(context);
        await app.StartAsync();
        return new ApiServer(app, context, log, metrics, system, link, gateway, new Uri(HttpHost.Address(app)));
    }

    public Task<Answer> SendAsync(string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), contentType, headers);

    public async Task<Answer> SendAsync(string method, string path, byte[]? body, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Raw(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    /// <summary>Sends bytes as they are and returns the whole answer's text; for requests that no client would make.</summary>
    public async Task<string> SendRawAsync(byte[] request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        await using var stream = socket.GetStream();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await stream.WriteAsync(request, bound.Token);
            socket.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(bound.Token);
        }
        catch (IOException)
        {
            return "(connection closed)";
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _system.Terminate();
        _metrics.Dispose();
        _log.Dispose();
    }

    // HttpClient must not tidy up what the test wrote.
    private Uri Raw(string path) => new(Address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}

/// <summary>What came back.</summary>
public sealed record Answer(HttpStatusCode Status, string Text, string ContentType, IReadOnlyDictionary<string, string> Headers)
{
    public int Code => (int)Status;

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Field => Json.TryGetProperty("field", out var name) ? name.GetString() : null;

    public string Detail => Json.GetProperty("detail").GetString()!;

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Content.Headers.ContentType?.MediaType ?? "",
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}
