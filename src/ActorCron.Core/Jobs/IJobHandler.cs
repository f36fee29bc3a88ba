namespace ActorCron.Core.Jobs;

/// <summary>The code that executes one job type. One instance serves many runs at a time.</summary>
public interface IJobHandler
{
    /// <summary>Executes one attempt. A run may be tried more than once: <see cref="JobContext.RunId"/>, <see cref="JobContext.Attempt"/>
    /// and <see cref="JobContext.Fence"/> tell them apart. An exception counts as a failed attempt.</summary>
    /// <param name="context">The run and its parameters.</param>
    /// <param name="cancellationToken">Set when the run is cancelled, times out or its node stops.</param>
    Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken);
}
