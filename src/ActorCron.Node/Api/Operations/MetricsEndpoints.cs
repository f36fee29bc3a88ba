using System.Text;
using ActorCron.Node.Api.Http;
using ActorCron.Node.Metrics;

namespace ActorCron.Node.Api.Operations;

/// <summary>The node's figures for Prometheus.</summary>
internal sealed class MetricsEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes => [new("GET", "/metrics", (context, _) => WriteAsync(context))];

    private async Task WriteAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var text = new StringBuilder(8192);
        await NodeMetrics.WriteAsync(text, api, context.RequestAborted);
        api.Metrics.Write(text);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
