using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ActorCron.Core.Jobs;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Hosting.Jobs;

/// <summary>The job type <c>shell</c>: runs <c>params.command</c> with <c>/bin/sh -c</c> (or <c>params.shell</c>) in a process group of its own.
/// Further params: <c>env</c> (an object of strings), <c>stdin</c> (a string instead of the params as JSON), <c>cwd</c> (an absolute path, or <c>~</c> for HOME,
/// where a crontab's jobs start); any other is data for the command.</summary>
/// <remarks>
/// <para>Environment: the node's own without its <c>ACTORCRON_</c> variables, which may hold secrets, with LOGNAME, USER and HOME of the account that
/// the job runs under and SHELL, the shell that it runs with; then <c>actorcron.jobs.shell.env</c>, then
/// <c>params.env</c>, then the run's <c>ACTORCRON_RUN_ID</c>, <c>_SCHEDULE</c>, <c>_SCHEDULED_FOR</c>, <c>_ATTEMPT</c>, <c>_FENCE</c>
/// and <c>TRACEPARENT</c>; in a batch also <c>_BATCH</c> (the batch's run) and <c>_BATCH_INDEX</c> (the item, from 0).</para>
/// <para>In a batch the command is what the schedule's owner wrote; items and results only reach its standard input.</para>
/// <para>Standard output and error are one stream, in the order printed. The exit code decides: 0 succeeded, any other failed.</para>
/// <para>Stopping (cancel, timeout, a node that leaves): SIGTERM to the group, after 5 s SIGKILL. A process left in the background by a command
/// that has ended lives on, as under cron. Should the node be killed, its jobs' groups are ended in the same way (<see cref="OrphanWatch"/>).</para>
/// </remarks>
public sealed class ShellJob : IJobHandler, IJobParamsCheck, IDisposable
{
    public const string Type = "shell";

    /// <summary>From the polite signal to the deadly one.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long output may still come once the command has ended: a process left in the background may hold it open for ever.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    private const string RunPrefix = "ACTORCRON_";
    private readonly ShellSettings _settings;
    private readonly TimeProvider _time;
    private readonly string? _setsid = FindProgram("setsid");
    private readonly OrphanWatch _watch;
    private ShellAccount? _own;

    /// <param name="settings">Whether shell jobs are allowed, as whom, with which environment.</param>
    /// <param name="time">What waits follow.</param>
    public ShellJob(ShellSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        BrokenPipeSignal.HandDownDefault();
        _watch = new OrphanWatch(_setsid ?? "setsid");
    }

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!_settings.Enabled && !context.FromCrontab) return Refused(DisabledJob.Refusal(Type));
        if (_setsid is null) return Refused("shell jobs need the program setsid (package util-linux) on their node");
        try
        {
            var job = ShellParams.Read(context.OwnParams, tolerant: context.Batch is not null);
            var (name, source) = AccountOf(context);
            var isOwn = name.Length == 0 || name == Environment.UserName;
            var account = isOwn ? await OwnAccountAsync(cancellationToken) : await AccountAsync(name, source, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var process = new ShellProcess(StartInfo(job, account, isOwn, context), _watch, _time);
            return Judge(await process.RunAsync(job.Stdin ?? context.Job.Params, context.Output, cancellationToken));
        }
        catch (FormatException refused)
        {
            return Refused(refused.Message);
        }
        catch (Win32Exception notStarted)
        {
            return JobResult.Failed(notStarted.Message);
        }
    }

    public string? Problem(string parameters)
    {
        try
        {
            ShellParams.Read(parameters);
            return null;
        }
        catch (FormatException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Ends the watch over orphaned jobs, and jobs that still run.</summary>
    public void Dispose() => _watch.Dispose();

    private static JobResult Refused(string why) => new(why, Permanent: true);

    private static JobResult Judge((int? ExitCode, string? StoppedBy) end) => end switch
    {
        { StoppedBy: { } signal, ExitCode: null } => JobResult.Failed($"{signal} did not end it"),
        // Told to stop, it may exit with 0: it has not done its work.
        { StoppedBy: { } signal, ExitCode: var code } => JobResult.Failed($"stopped with {signal}", code),
        { ExitCode: 0 } => new JobResult(null, 0),
        { ExitCode: var code } => JobResult.Failed(ExitCodeText.Of(code ?? -1), code),
    };

    private (string Name, string Source) AccountOf(JobContext context) =>
        context is { FromCrontab: true, RunAs: { } named } ? (named, "the user column of the system crontab") : (_settings.User, "actorcron.jobs.shell.user");

    private static async Task<ShellAccount> AccountAsync(string name, string source, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess) throw ParamsReader.Refused($"{source} = {name} needs a node that runs as root");
        if (FindProgram("setpriv") is null) throw ParamsReader.Refused($"{source} needs the program setpriv (package util-linux) on the node");
        return await ShellAccount.FindAsync(name, cancellationToken) ?? throw ParamsReader.Refused($"{source}: this node has no user '{name}'");
    }

    // An account that no database knows, as the numbers that containers run under, keeps the node's environment.
    private async Task<ShellAccount?> OwnAccountAsync(CancellationToken cancellationToken)
    {
        if (_own is null && Environment.UserName is { Length: > 0 } name) _own = await ShellAccount.FindAsync(name, cancellationToken);
        return _own;
    }

    private ProcessStartInfo StartInfo(ShellParams job, ShellAccount? account, bool isOwn, JobContext context)
    {
        // The first shell only joins both outputs, then every program turns into the next: one process in the end, whose id is its group's.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec \"$@\" 2>&1", "sh", _setsid! },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string[] asAccount = account is null || isOwn ? [] : [FindProgram("setpriv")!, $"--reuid={account.Name}", $"--regid={account.Group}", "--init-groups", "--inh-caps=-all", "--"];
        foreach (var argument in asAccount.Concat([job.Shell, "-c", job.Command])) start.ArgumentList.Add(argument);
        SetEnvironment(start.Environment, job, account, isOwn, context);
        start.WorkingDirectory = job.StartsAtHome ? Home(start.Environment, context.Output) : job.Cwd ?? "";
        return start;
    }

    private static string Home(IDictionary<string, string?> env, JobOutput output)
    {
        if (env.TryGetValue("HOME", out var home) && Directory.Exists(home)) return home;
        output.AppendLine($"[actorcron] HOME is {(string.IsNullOrEmpty(home) ? "not set" : $"'{home}', which is no folder here")}: started in /");
        return "/";
    }

    private void SetEnvironment(IDictionary<string, string?> env, ShellParams job, ShellAccount? account, bool isOwn, JobContext context)
    {
        foreach (var name in env.Keys.Where(name => name.StartsWith(RunPrefix, StringComparison.Ordinal)).ToList()) env.Remove(name);
        env.Remove("TRACEPARENT");
        if (account is not null) (env["USER"], env["LOGNAME"]) = (account.Name, account.Name);
        // A job that does not come from a crontab keeps a HOME that the node was given.
        if (account is not null && (!isOwn || job.StartsAtHome || string.IsNullOrEmpty(env.TryGetValue("HOME", out var home) ? home : null))) env["HOME"] = account.Home;
        env["SHELL"] = job.Shell;
        foreach (var (name, value) in _settings.Env) env[name] = value;
        foreach (var (name, value) in job.Env) env[name] = value;
        env["ACTORCRON_RUN_ID"] = context.RunId;
        if (context.Schedule is { } schedule) env["ACTORCRON_SCHEDULE"] = schedule;
        env["ACTORCRON_SCHEDULED_FOR"] = context.ScheduledFor.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
        env["ACTORCRON_ATTEMPT"] = context.Attempt.ToString(CultureInfo.InvariantCulture);
        env["ACTORCRON_FENCE"] = context.Fence.ToString(CultureInfo.InvariantCulture);
        if (context.Batch is { } batch) env["ACTORCRON_BATCH"] = batch.Parent;
        if (context.Batch?.Index is { } index) env["ACTORCRON_BATCH_INDEX"] = index.ToString(CultureInfo.InvariantCulture);
        if (context.TraceParent is { } trace) env["TRACEPARENT"] = trace;
    }

    // By the node's own path: the job's PATH is for the job.
    private static string? FindProgram(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
