using System.Collections.Immutable;
using System.Text;
using ActorCron.Core.Crontabs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Text;
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
    /// <param name="options">How its lines become schedules.</param>
    /// <param name="admission">Checks each entry.</param>
    /// <param name="now">An entry whose only instant lies before is a problem.</param>
    /// <param name="problems">Every problem, with file and line.</param>
    public static Crontab? TryRead(string path, CrontabOptions options, ScheduleAdmission admission, DateTimeOffset now, out ImmutableArray<ConfigProblem> problems)
    {
        if (TryReadText(path, out var unreadable) is not { } text)
        {
            problems = [new ConfigProblem(null, unreadable!, new HoconOrigin(path))];
            return null;
        }
        var crontab = Crontab.Parse(text, options);
        var refused = crontab.Entries.Select(entry => (Entry: entry, Problem: admission.Check(entry.Schedule) ?? SpentRules.Check(entry.Schedule, null, now) ?? UserProblem(entry.Schedule)))
            .Where(entry => entry.Problem is not null).ToList();
        problems =
        [
            .. crontab.Problems.Select(problem => new ConfigProblem(null, $"column {problem.Column}: {problem.Message}", new HoconOrigin(path, problem.Line, problem.Column))),
            .. refused.Select(entry => new ConfigProblem(null, entry.Problem!.ToString(), new HoconOrigin(path, entry.Entry.Line))),
        ];
        // What an earlier start took of them stays: the file still has the line.
        return crontab with
        {
            Entries = crontab.Entries.RemoveRange(refused.Select(entry => entry.Entry)),
            UnreadIds = crontab.UnreadIds.Union(refused.Select(entry => entry.Entry.Schedule.Id)),
        };
    }

    /// <summary>How the lines of this node's own crontab become schedules.</summary>
    public static CrontabOptions Options(NodeSettings settings) => new()
    {
        FromCrontab = true,
        Accounts = MachineAccounts.Read(),
        TimeZone = settings.Scheduler.DefaultTimeZone,
        CatchUp = settings.Scheduler.DefaultCatchUp,
    };

    private static FieldProblem? UserProblem(Schedule schedule) =>
        schedule.RunAs is { } account && MachineAccounts.CannotRunAs(account) is { } why ? new FieldProblem("user", why) : null;

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
