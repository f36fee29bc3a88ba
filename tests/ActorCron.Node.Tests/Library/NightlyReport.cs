using System.Collections.Concurrent;
using ActorCron.Core.Jobs;

namespace ActorCron.Node.Tests.Library;

/// <summary>A job as an application writes it: what it needs comes through its constructor.</summary>
internal sealed class NightlyReport(ReportScope scope, ReportLog log) : IJobHandler
{
    public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        context.Output.AppendLine("written");
        log.Written.Enqueue((scope.Id, context.Job.Params));
        return Task.FromResult(JobResult.Succeeded);
    }
}

/// <summary>One a scope; tells whether it is still usable.</summary>
internal sealed class ReportScope(ReportLog log) : IDisposable
{
    public Guid Id { get; } = Guid.NewGuid();

    public void Dispose() => log.Closed.Enqueue(Id);
}

internal sealed class ReportLog
{
    public ConcurrentQueue<(Guid Scope, string Params)> Written { get; } = [];
    public ConcurrentQueue<Guid> Closed { get; } = [];
}
