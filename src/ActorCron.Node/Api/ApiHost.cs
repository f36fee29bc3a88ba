using ActorCron.Node.Api.Cluster;
using ActorCron.Node.Api.Http;
using ActorCron.Node.Api.Operations;
using ActorCron.Node.Api.Runs;
using ActorCron.Node.Api.Schedules;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Api;

/// <summary>Puts the HTTP API on an application: from the outside in, headers, refusals, the bound on calls in progress, who may ask, the call.</summary>
public static class ApiHost
{
    private const int CallsAtOnce = 1000;

    public static void Map(IApplicationBuilder app, ApiContext api, ILoggerFactory loggers)
    {
        var errors = new ErrorAnswers(loggers.CreateLogger("http"));
        var gate = new RequestGate(CallsAtOnce);
        var bearer = new Bearer(api.Settings.Http);
        var router = new ApiRouter(Routes(api));

        app.Use((context, next) =>
        {
            SecurityHeaders.Apply(context.Response);
            return next(context);
        });
        app.Use(errors.InvokeAsync);
        app.Use(gate.InvokeAsync);
        app.Run(context =>
        {
            OriginGuard.Check(context, api.Settings.Http);
            bearer.Check(context);
            return router.HandleAsync(context);
        });
    }

    internal static IEnumerable<ApiRoute> Routes(ApiContext api) =>
    [
        .. new ScheduleEndpoints(api).Routes,
        .. new SchedulePatch(api).Routes,
        .. new ScheduleActions(api).Routes,
        .. new ScheduleImport(api, new CrontabImport(api)).Routes,
        .. new ExplainEndpoint(api).Routes,
        .. new RunEndpoints(api).Routes,
        .. new ClusterEndpoints(api).Routes,
        .. new ShardingEndpoints(api).Routes,
        .. new QueueEndpoints(api).Routes,
        .. new ActorEndpoints(api).Routes,
        .. new LogEndpoints(api).Routes,
        .. new HealthEndpoints(api).Routes,
        .. new MetricsEndpoints(api).Routes,
        .. new StaticFiles().Routes,
    ];
}
