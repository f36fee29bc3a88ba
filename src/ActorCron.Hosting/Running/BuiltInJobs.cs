using ActorCron.Core.Jobs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Hosting.Running;

/// <summary>The job types that every node has. One that is switched off stays known, so that a run of it says which key to turn.</summary>
public sealed class BuiltInJobs : IDisposable
{
    private readonly ShellJob _shell;
    private readonly HttpJob _http;

    /// <param name="settings">Which of them are on.</param>
    /// <param name="time">What their waits follow.</param>
    /// <param name="own">Job types of the program that hosts the node.</param>
    /// <exception cref="ArgumentException">A type has two handlers.</exception>
    public BuiltInJobs(JobsSettings settings, TimeProvider time, IEnumerable<KeyValuePair<string, IJobHandler>>? own = null)
    {
        _shell = new ShellJob(settings.Shell, time);
        _http = new HttpJob();
        Registry = new JobRegistry(
        [
            new(ShellJob.Type, _shell),
            new(HttpJob.Type, settings.HttpEnabled ? _http : new DisabledJob(HttpJob.Type)),
            new(NoopJob.Type, settings.NoopEnabled ? new NoopJob(time) : (IJobHandler)new DisabledJob(NoopJob.Type)),
            .. own ?? [],
        ]);
    }

    /// <summary>All types with their handlers.</summary>
    public JobRegistry Registry { get; }

    /// <summary>Ends what their jobs left behind.</summary>
    public void Dispose()
    {
        _shell.Dispose();
        _http.Dispose();
    }
}
