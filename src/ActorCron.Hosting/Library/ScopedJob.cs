using ActorCron.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCron.Hosting.Library;

/// <summary>Executes each attempt by an instance from a scope of its own.</summary>
internal sealed class ScopedJob(IServiceScopeFactory scopes, Type job) : IJobHandler
{
    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ((IJobHandler)scope.ServiceProvider.GetRequiredService(job)).RunAsync(context, cancellationToken);
    }
}
