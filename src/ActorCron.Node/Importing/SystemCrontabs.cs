using System.Collections.Immutable;
using ActorCron.Core.Crontabs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Configuration.Hocon;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Importing;

/// <summary>The crontabs with a user column that a node is started with: files such as <c>/etc/crontab</c>, folders such as <c>/etc/cron.d</c>.
/// The ids of their entries are <c>system-crontab/&lt;file&gt;/&lt;name&gt;</c>.</summary>
internal static class SystemCrontabs
{
    /// <summary>What the ids begin with.</summary>
    public const string Prefix = "system-crontab/";

    /// <summary>Reads them all; null where one cannot be read. A bad line takes nothing from the good ones.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="options">Of this node's own crontab.</param>
    /// <param name="admission">Checks each entry.</param>
    /// <param name="now">An entry whose only instant lies before is a problem.</param>
    /// <param name="problems">Every problem, with file and line.</param>
    public static ImmutableArray<CrontabSource>? TryRead(IEnumerable<string> paths, CrontabOptions options, ScheduleAdmission admission, DateTimeOffset now, List<ConfigProblem> problems)
    {
        var (sources, names, readable) = (ImmutableArray.CreateBuilder<CrontabSource>(), new Dictionary<string, string>(StringComparer.Ordinal), true);
        foreach (var file in paths.SelectMany(path => Files(path, problems)))
        {
            var name = NameOf(file);
            if (!names.TryAdd(name, file))
            {
                problems.Add(new ConfigProblem(null, $"has the name of {names[name]}, which names the schedules of its lines: rename one of them", new HoconOrigin(file)));
                readable = false;
                continue;
            }
            var own = options with { System = true, RunsAsUsers = true, Prefix = $"{Prefix}{name}/" };
            var crontab = CrontabFile.TryRead(file, own, admission, now, out var wrong);
            problems.AddRange(wrong);
            if (crontab is null) readable = false;
            else sources.Add(new CrontabSource(file, crontab));
        }
        return readable ? sources.ToImmutable() : null;
    }

    /// <summary>All files as one crontab, so that what a file that is gone brought goes too.</summary>
    public static Crontab Merge(IReadOnlyCollection<CrontabSource> sources, CrontabOptions options) => new()
    {
        Options = options with { System = true, RunsAsUsers = true, Prefix = Prefix },
        Entries = [.. sources.SelectMany(source => source.Crontab.Entries)],
        UnreadIds = [.. sources.SelectMany(source => source.Crontab.UnreadIds)],
        HasUnreadLines = sources.Any(source => source.Crontab.HasUnreadLines),
    };

    private static IEnumerable<string> Files(string path, List<ConfigProblem> problems)
    {
        if (!Directory.Exists(path)) return [path];
        try
        {
            return [.. Directory.EnumerateFiles(path).Where(file => IsTaken(Path.GetFileName(file))).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigProblem(null, $"cannot be read: {e.Message}", new HoconOrigin(path)));
            return [];
        }
    }

    // As cron has it: left-overs of editors and package managers (x~, x.dpkg-old, .placeholder) are no crontabs.
    private static bool IsTaken(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static string NameOf(string file)
    {
        var name = string.Concat(Path.GetFileName(file).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '-')).TrimStart('.', '-', '_');
        return name.Length is 0 ? "crontab" : name[..Math.Min(name.Length, 60)];
    }
}
