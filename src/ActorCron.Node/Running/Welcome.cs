using ActorCron.Hosting.Configuration;

namespace ActorCron.Node.Running;

/// <summary>What a node says when it is there, for whoever sees one for the first time: where to look, and what it does not do unless it is told.</summary>
internal static class Welcome
{
    /// <param name="settings">The node's.</param>
    /// <param name="http">Where it listens.</param>
    /// <param name="hasCrontab">Whether it keeps a crontab in step.</param>
    public static IEnumerable<string> Lines(NodeSettings settings, string http, bool hasCrontab)
    {
        // pbm asks this address unless it is told another one.
        var pbm = http == "http://127.0.0.1:9110" ? "pbm" : $"pbm {http}";
        yield return $"Look at it: the dashboard is {http}/; '{pbm} cron list' shows the schedules, '{pbm} run list' what has run";
        if (!settings.IsWorker || settings.Jobs.Shell.Enabled) yield break;
        yield return $"Shell jobs are off{(hasCrontab ? ", but for the crontab's lines" : "")}; actorcron.jobs.shell.enabled = on allows them. Jobs of type http run";
    }

    /// <summary>The store, with the folder that holds it where that is one.</summary>
    public static string Store(NodeSettings settings) =>
        settings.Store.Kind == StoreKind.Sqlite ? $"SQLite store in {Path.GetFullPath(settings.DataDir)}" : settings.Store.ToString();
}
