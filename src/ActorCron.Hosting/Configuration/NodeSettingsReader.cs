using System.Collections.Immutable;
using System.Net;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Turns a resolved configuration into <see cref="NodeSettings"/>, noting every problem on the way.</summary>
internal sealed class NodeSettingsReader(HoconObject root, List<ConfigProblem> problems, List<ConfigProblem> notices)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);
    private readonly StrictConfig _config = new(root, problems);

    /// <summary>The settings; meaningful only where no problem was noted.</summary>
    public NodeSettings Read()
    {
        var dataDir = ReadDataDir();
        var settings = new NodeSettings
        {
            Roles = ReadRoles(),
            DataDir = dataDir,
            DrainTimeout = _config.Duration("actorcron.node.drain-timeout", TimeSpan.Zero, TimeSpan.FromHours(24)),
            Http = ReadHttp(),
            Store = StoreSettingsReader.Read(_config, dataDir),
            Broker = BrokerSettingsReader.Read(_config),
            Scheduler = ReadScheduler(),
            Worker = ReadWorker(),
            Queues = ReadQueues(),
            Jobs = ReadJobs(),
            Retention = new RetentionSettings(
                _config.Duration("actorcron.retention.runs", TimeSpan.FromMinutes(1), TimeSpan.FromDays(36525)),
                _config.Int("actorcron.retention.runs-per-schedule", 1, int.MaxValue)),
            Cluster = ClusterSettingsReader.Read(_config, problems),
        };
        NodeSettingsRules.Check(settings, _config, notices);
        return settings;
    }

    private string ReadDataDir()
    {
        var text = _config.Text("actorcron.node.data-dir");
        if (text.Length > 0 && text.AsSpan().IndexOfAny(Path.GetInvalidPathChars()) < 0) return Path.GetFullPath(text);
        _config.Add("actorcron.node.data-dir", "must name a folder");
        return Path.GetFullPath("data");
    }

    private ImmutableArray<string> ReadRoles()
    {
        var roles = _config.List("actorcron.node.roles");
        foreach (var role in roles.Where(role => role is not ("scheduler" or "worker")))
            _config.Add("actorcron.node.roles", $"'{role}' must be scheduler or worker");
        return [.. roles.Distinct()];
    }

    private HttpSettings ReadHttp()
    {
        var http = new HttpSettings(_config.Text("actorcron.http.bind"), _config.Int("actorcron.http.port", 0, 65535), _config.Text("actorcron.http.token"));
        if (http.Bind is not ("*" or "localhost") && !IPAddress.TryParse(http.Bind, out _))
            _config.Add("actorcron.http.bind", $"'{http.Bind}' must be an IP address, localhost, or \"*\" for every interface");
        if (http.Token.Any(c => c is <= ' ' or > '~'))
            _config.Add("actorcron.http.token", "must be of visible ASCII characters without spaces, as it travels in a header");
        return http;
    }

    private SchedulerSettings ReadScheduler()
    {
        var zone = _config.Text("actorcron.scheduler.default-time-zone");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            _config.Add("actorcron.scheduler.default-time-zone", $"'{zone}' must be an IANA time zone that this machine knows, as Europe/Berlin");
        return new SchedulerSettings(
            zone,
            new CatchUp(_config.OneOf<CatchUpPolicy>("actorcron.scheduler.default-catch-up.policy"), _config.Duration("actorcron.scheduler.default-catch-up.window", TimeSpan.Zero, Year)),
            _config.Int("actorcron.scheduler.dispatch-parallelism", 1, 100_000),
            _config.Duration("actorcron.scheduler.redispatch-after", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            _config.Int("actorcron.scheduler.catch-up-rate", 1, 1_000_000));
    }

    private WorkerSettings ReadWorker()
    {
        var queues = _config.List("actorcron.worker.queues");
        foreach (var queue in queues)
        {
            if (NameSyntax.QueueName("", queue) is { } problem) _config.Add("actorcron.worker.queues", $"'{queue}' {problem.Message}");
        }
        return new WorkerSettings([.. queues.Distinct()], _config.Int("actorcron.worker.concurrency", 1, 100_000), _config.Int("actorcron.worker.max-runs", 0, int.MaxValue));
    }

    private ImmutableSortedDictionary<string, QueueSettings> ReadQueues()
    {
        var queues = ImmutableSortedDictionary.CreateBuilder<string, QueueSettings>(StringComparer.Ordinal);
        foreach (var name in _config.Names("actorcron.queues"))
        {
            if (NameSyntax.QueueName("", name) is { } problem) _config.Add($"actorcron.queues.{name}", problem.Message);
            var queue = _config.Section("actorcron", "queues", name);
            queues[name] = new QueueSettings(
                queue.Has("external") && queue.Switch("external"),
                queue.Has("max-concurrency") ? queue.Int("max-concurrency", 1, 1_000_000) : null,
                queue.Has("rate") ? ReadRate(queue) : null);
        }
        return queues.ToImmutable();
    }

    private static QueueRate? ReadRate(StrictConfig queue)
    {
        if (QueueRate.TryParse(queue.Text("rate"), out var rate)) return rate;
        queue.Add("rate", $"'{queue.Text("rate")}' must be runs a second, minute, hour or day: \"10/s\", \"100/m\", \"1000/h\", \"5000/d\"");
        return null;
    }

    private JobsSettings ReadJobs()
    {
        var env = _config.Section("actorcron", "jobs", "shell", "env");
        return new JobsSettings(
            new ShellSettings(
                _config.Switch("actorcron.jobs.shell.enabled"),
                _config.Text("actorcron.jobs.shell.user"),
                _config.Names("actorcron.jobs.shell.env").ToImmutableSortedDictionary(name => name, name => env.TextOf(name), StringComparer.Ordinal)),
            _config.Switch("actorcron.jobs.http.enabled"),
            _config.Switch("actorcron.jobs.noop.enabled"));
    }
}
