using ActorCron.Core.Jobs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Library;
using ActorCron.Hosting.Running;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

// Where users of a host look for it.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>ActorCron as a part of an application.</summary>
public static class ActorCronServices
{
    /// <summary>Makes the application a node of ActorCron: it starts and stops with the host, executes the jobs registered here and the built-in ones,
    /// and offers <see cref="ICronClient"/>. May be called again to add to it. One to a host.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Jobs and settings. Nothing set: one node with an embedded store under <c>./data</c> and an embedded broker.</param>
    /// <remarks>Wrong configuration throws <see cref="NodeStartException"/>, telling every problem, when the host is built. The host's shutdown timeout
    /// is raised to what a clean stop may take.</remarks>
    public static IActorCronBuilder AddActorCron(this IServiceCollection services, Action<IActorCronBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = services.FirstOrDefault(service => service.ServiceType == typeof(ActorCronBuilder))?.ImplementationInstance as ActorCronBuilder;
        if (builder is null) Register(services, builder = new ActorCronBuilder(services));
        configure?.Invoke(builder);
        return builder;
    }

    private static void Register(IServiceCollection services, ActorCronBuilder builder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(builder);
        services.AddSingleton(_ => builder.Load());
        services.AddSingleton(provider => new BuiltInJobs(provider.GetRequiredService<NodeConfiguration>().Settings.Jobs, provider.GetRequiredService<TimeProvider>(),
            builder.Jobs.Select(job => KeyValuePair.Create(job.Key, (IJobHandler)new ScopedJob(provider.GetRequiredService<IServiceScopeFactory>(), job.Value)))));
        services.AddSingleton<HostedNode>();
        services.AddHostedService(provider => provider.GetRequiredService<HostedNode>());
        services.AddSingleton<ICronClient>(provider =>
        {
            var settings = provider.GetRequiredService<NodeConfiguration>().Settings;
            var admission = new ScheduleAdmission(settings, provider.GetRequiredService<BuiltInJobs>().Registry);
            return new CronClient(provider.GetRequiredService<HostedNode>(), settings, admission, [.. builder.Jobs.Keys], provider.GetRequiredService<TimeProvider>());
        });
        services.AddOptions<HostOptions>().PostConfigure<NodeConfiguration>((host, node) =>
        {
            if (host.ShutdownTimeout < node.Settings.StopTimeout) host.ShutdownTimeout = node.Settings.StopTimeout;
        });
    }
}
