using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCron.Examples;

/// <summary>The same application as a member of a cluster.</summary>
internal static class ClusterMember
{
    public static void Configure(IHostApplicationBuilder builder)
    {
        builder.Services.AddActorCron(cron => cron
            .AddJob<NightlyReport>("nightly-report")
            .ConfigureFile("hocon/cluster.conf")
            .Configure("worker.queues", "reports"));
    }
}
