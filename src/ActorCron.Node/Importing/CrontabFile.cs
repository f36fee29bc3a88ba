using System.Collections.Immutable;
using System.Text;
using ActorCron.Core.Crontabs;
using ActorCron.Core.Scheduling;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Node.Importing;

/// <summary>The node's own crontab, as a file.</summary>
internal static class CrontabFile
{
    private const long MaxBytes = 4 << 20;

    /// <summary>Reads it; null where there is no text to read. A bad line is a problem and takes nothing from the good ones.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">For time zone and catch-up policy.</param>
    /// <param name="admission">Checks each entry.</param>
    /// <param name="now">An entry whose only instant lies before is a problem.</param>
    /// <param name="problems">Every problem, with file and line.</param>
    public static Crontab? TryRead(string path, NodeSettings settings, ScheduleAdmission admission, DateTimeOffset now, out ImmutableArray<ConfigProblem> problems)
    {
        if (TryReadText(path, out var unreadable) is not { } text)
        {
            problems = [new ConfigProblem(null, unreadable!, new HoconOrigin(path))];
            return null;
        }
        var crontab = Crontab.Parse(text, new CrontabOptions
        {
            FromCrontab = true,
            Accounts = MachineAccounts.Read(),
            TimeZone = settings.Scheduler.DefaultTimeZone,
            CatchUp = settings.Scheduler.DefaultCatchUp,
        });
        problems =
        [
            .. crontab.Problems.Select(problem => new ConfigProblem(null, $"column {problem.Column}: {problem.Message}", new HoconOrigin(path, problem.Line, problem.Column))),
            .. crontab.Entries.Select(entry => (entry.Line, Refused: admission.Check(entry.Schedule) ?? SpentRules.Check(entry.Schedule, null, now))).Where(entry => entry.Refused is not null)
                .Select(entry => new ConfigProblem(null, entry.Refused!.ToString(), new HoconOrigin(path, entry.Line))),
        ];
        return crontab;
    }

    private static string? TryReadText(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (Directory.Exists(path)) problem = "is a folder, not a crontab";
            else if (!File.Exists(path)) problem = "does not exist";
            else if (new FileInfo(path).Length > MaxBytes) problem = "is larger than 4 MiB";
            else return File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"cannot be read: {e.Message}";
        }
        catch (DecoderFallbackException)
        {
            problem = "is not UTF-8 text";
        }
        return null;
    }
}
