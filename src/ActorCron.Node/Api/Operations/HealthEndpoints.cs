using System.Text.Json;
using ActorCron.Actors.Gateway;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Operations;

/// <summary>For those who restart and route: liveness says that the process answers, readiness that cluster, store and broker do. Open without a token.</summary>
internal sealed class HealthEndpoints(ApiContext api)
{
    // Probes come often and from anywhere; they must not become load on store and broker.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _asking = new(1);
    private (DateTimeOffset At, Readiness Readiness)? _last;

    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/health/live", (context, _) => LiveAsync(context)),
        new("GET", "/health/ready", (context, _) => ReadyAsync(context)),
    ];

    private static Task LiveAsync(HttpContext context) => JsonAnswer.OkAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "live"u8);
        json.WriteEndObject();
    });

    private async Task ReadyAsync(HttpContext context)
    {
        var readiness = await AskAsync(context.RequestAborted);
        if (!readiness.IsReady) context.Response.Headers.RetryAfter = "5";
        await JsonAnswer.WriteAsync(context, readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, readiness.IsReady ? "ready"u8 : "notReady"u8);
            json.WriteStartObject("parts"u8);
            foreach (var (part, health) in readiness.Parts) Write(json, part, health);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, string part, PartHealth health)
    {
        json.WriteStartObject(part);
        json.WriteString("status"u8, health.StatusName);
        if (health.Reason is { } reason) json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    }

    private async Task<Readiness> AskAsync(CancellationToken cancellationToken)
    {
        if (api.Link.IsStopping) return Readiness.Not("node", "stopping");
        if (!api.Link.IsConnected) return Readiness.Not("node", "starting");
        if (!api.Link.IsInStep) return Readiness.Not("crontab", "is being read");
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && api.Now - last.At < KeptFor) return last.Readiness;
            var readiness = await ReadAsync(cancellationToken);
            _last = (api.Now, readiness);
            return readiness;
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<Readiness> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.Gateway.GetReadinessAsync(cancellationToken).WaitAsync(Longest, api.Time, cancellationToken);
        }
        catch (UnavailableException away)
        {
            return Readiness.Not("node", away.Message);
        }
        catch (TimeoutException)
        {
            return Readiness.Not("node", "did not answer in time");
        }
    }

}
