using System.Net;
using ActorCron.Hosting.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Api;

/// <summary>The web server: it listens where the settings say and nowhere else, whatever ASPNETCORE_… variables or files are about.</summary>
public static class HttpHost
{
    // A crontab's 4 MiB and a little; a stream of schedules lifts the bound for itself.
    private const long MaxBody = 5 << 20;
    private const int MaxConnections = 10_000;

    /// <summary>A server with the API on it, not yet listening.</summary>
    public static WebApplication Create(ApiContext api)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddProvider(api.Log).SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning)
            // It would tell a failed start a second time, with its stack.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // The program decides when to stop: the node first, then its HTTP.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, api.Settings.Http));

        var app = builder.Build();
        ApiHost.Map(app, api, app.Services.GetRequiredService<ILoggerFactory>());
        return app;
    }

    /// <summary>Where it listens, as <c>http://host:port</c>, once it does.</summary>
    public static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    private static void Listen(KestrelServerOptions kestrel, HttpSettings http)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        void Configure(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
        switch (http.Bind)
        {
            case "*": kestrel.ListenAnyIP(http.Port, Configure); break;
            case "localhost": kestrel.Listen(IPAddress.Loopback, http.Port, Configure); break;
            default: kestrel.Listen(IPAddress.Parse(http.Bind), http.Port, Configure); break;
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
