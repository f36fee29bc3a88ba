using System.Collections.Immutable;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;
using ActorCron.Node.Importing;

namespace ActorCron.Node.Running;

/// <summary>The program as a function: arguments in, an exit code out.</summary>
public static class NodeProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="output">For the log, help and the result of a check.</param>
    /// <param name="error">For what keeps it from starting.</param>
    /// <param name="stop">Asks for a clean stop.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (Invocation.Read(args, environment, output, error, out var exitCode) is not { } invocation) return exitCode;
        var plan = Prepare(invocation, out var problems);
        if (invocation.Check) return Report(plan, problems, output);
        if (plan is null)
        {
            foreach (var problem in problems) await error.WriteLineAsync($"actorcron: {problem}");
            return ExitCode.Usage;
        }
        using var jobs = plan.Jobs;
        try
        {
            return await new NodeRun(plan, output, error).RunAsync(stop);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await error.WriteLineAsync($"actorcron: an error of the program: {e}");
            return ExitCode.Failure;
        }
    }

    private static NodePlan? Prepare(Invocation invocation, out ImmutableArray<ConfigProblem> problems)
    {
        var loaded = NodeConfigLoader.TryLoad(invocation.Sources, out var configuration, out problems);
        // A crontab is read against the defaults where the configuration is wrong, so that one check tells everything.
        var settings = configuration?.Settings ?? DefaultSettings();
        var jobs = new BuiltInJobs(settings.Jobs, TimeProvider.System);
        var admission = new ScheduleAdmission(settings, jobs.Registry);
        var wrong = new List<ConfigProblem>();
        var crontab = ReadCrontab(invocation, settings, admission, wrong);
        var system = ReadSystemCrontabs(invocation, settings, admission, wrong);
        problems = [.. problems, .. wrong];
        var areRead = (invocation.Crontab is null || crontab is not null) && (invocation.SystemCrontabs.IsEmpty || system is not null);
        // A check tells all; a start goes on without the lines of a crontab that cannot be used.
        var stands = loaded && (invocation.Check ? problems.IsEmpty : areRead);
        return stands ? new NodePlan(configuration!, jobs, admission, crontab, system, [.. wrong]) : null;
    }

    private static CrontabSource? ReadCrontab(Invocation invocation, NodeSettings settings, ScheduleAdmission admission, List<ConfigProblem> problems)
    {
        if (invocation.Crontab is not { } path) return null;
        var crontab = CrontabFile.TryRead(path, CrontabFile.Options(settings), admission, TimeProvider.System.GetUtcNow(), out var wrong);
        problems.AddRange(wrong);
        return crontab is null ? null : new CrontabSource(path, crontab);
    }

    private static ImmutableArray<CrontabSource>? ReadSystemCrontabs(Invocation invocation, NodeSettings settings, ScheduleAdmission admission, List<ConfigProblem> problems) =>
        invocation.SystemCrontabs.IsEmpty ? null : SystemCrontabs.TryRead(invocation.SystemCrontabs, CrontabFile.Options(settings), admission, TimeProvider.System.GetUtcNow(), problems);

    private static int Report(NodePlan? plan, ImmutableArray<ConfigProblem> problems, TextWriter output)
    {
        foreach (var problem in problems) output.WriteLine(problem);
        if (plan is null)
        {
            output.WriteLine(problems.Length == 1 ? "1 problem" : $"{problems.Length} problems");
            return ExitCode.Usage;
        }
        foreach (var notice in plan.Configuration.Notices) output.WriteLine($"note: {notice}");
        foreach (var source in plan.Crontabs)
            foreach (var note in source.Crontab.Notes) output.WriteLine($"note: {source.Path}:{note.Line}: {note.Message}");
        var entries = plan.Crontabs.Sum(source => source.Crontab.Entries.Length);
        output.WriteLine(plan.Crontab is null && plan.SystemCrontabs is null ? "configuration is right" : $"configuration and crontab are right ({entries} entries)");
        return ExitCode.Ok;
    }

    private static NodeSettings DefaultSettings() =>
        NodeConfigLoader.TryLoad(new NodeConfigSources(), out var configuration, out _) ? configuration.Settings : throw new InvalidOperationException("The built-in configuration is wrong.");
}
