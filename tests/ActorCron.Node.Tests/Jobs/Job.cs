using System.Collections.Immutable;
using System.Text.Json;
using ActorCron.Core.Jobs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Tests.Jobs;

/// <summary>Attempts to run by hand.</summary>
internal static class Job
{
    public static JobContext Context(string type, object parameters, bool fromCrontab = false, string? trace = null, string? runAs = null) => new()
    {
        RunId = "reports/nightly@2026-11-24T01:15Z",
        Schedule = "reports/nightly",
        User = "rob",
        ScheduledFor = new(2026, 11, 24, 1, 15, 0, TimeSpan.Zero),
        Attempt = 2,
        Fence = 17,
        Job = new JobSpec(type, parameters as string ?? JsonSerializer.Serialize(parameters)),
        FromCrontab = fromCrontab,
        RunAs = runAs,
        TraceParent = trace,
        Output = new JobOutput(),
    };

    public static ShellJob Shell(string user = "", params (string Name, string Value)[] env) =>
        new(new ShellSettings(true, user, env.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)), TimeProvider.System);
}
