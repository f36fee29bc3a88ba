using ActorCron.Core.Jobs;
using ActorCron.Examples;
using ActorCron.Hosting.Library;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddScoped<ReportWriter>();
builder.Services.AddActorCron(cron => cron.AddJob<NightlyReport>("nightly-report"));
var host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<ICronClient>().ScheduleAsync("rob", new { month = 11 }, minute: 15, hour: 2, dayOfWeek: "mon-fri");
await host.WaitForShutdownAsync();

internal sealed class NightlyReport(ReportWriter writer) : IJobHandler
{
    public async Task<JobResult> RunAsync(JobContext context, CancellationToken stop)
    {
        await writer.WriteAsync(context.Job.Params, stop);
        return JobResult.Succeeded;
    }
}
