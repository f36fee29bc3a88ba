using ActorCron.Core.Jobs;

namespace ActorCron.Hosting.Jobs;

/// <summary>Stands for a job type that the configuration switches off: a run that got here all the same fails with the key to turn.</summary>
/// <param name="type">The job type.</param>
public sealed class DisabledJob(string type) : IJobHandler
{
    public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new JobResult(Refusal(type), Permanent: true));

    /// <summary>The words of the refusal.</summary>
    public static string Refusal(string type) => $"{type} jobs are off: actorcron.jobs.{type}.enabled = on allows them";
}
