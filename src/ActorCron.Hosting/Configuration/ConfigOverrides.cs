using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Turns environment variables and <c>--set</c> texts into configuration layers.</summary>
internal sealed class ConfigOverrides(KnownKeys known)
{
    private const string Prefix = "ACTORCRON_";
    private const string SeedNodesKey = "akka.cluster.seed-nodes";

    private static readonly Dictionary<string, string> ClusterVariables = new(StringComparer.Ordinal)
    {
        ["ACTORCRON_SEED_NODES"] = SeedNodesKey,
        ["ACTORCRON_HOSTNAME"] = "akka.remote.dot-netty.tcp.hostname",
        ["ACTORCRON_PORT"] = "akka.remote.dot-netty.tcp.port",
    };

    // A shell job that starts a node hands these on; they are the run's, not the node's.
    private static readonly HashSet<string> JobVariables =
        ["ACTORCRON_RUN_ID", "ACTORCRON_SCHEDULE", "ACTORCRON_SCHEDULED_FOR", "ACTORCRON_ATTEMPT", "ACTORCRON_FENCE"];

    /// <summary>The layer that <c>ACTORCRON_…</c> variables make; an empty variable counts as unset.</summary>
    public HoconObject FromEnvironment(IReadOnlyDictionary<string, string> environment, List<ConfigProblem> notices)
    {
        var layer = new HoconObject(new HoconOrigin("environment"));
        foreach (var (name, text) in environment.Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal) && variable.Value.Length > 0).OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var origin = new HoconOrigin($"environment variable {name}");
            if (name == "ACTORCRON_PORT" && text.StartsWith("tcp://", StringComparison.Ordinal))
                notices.Add(new ConfigProblem(null, "ignored: Kubernetes set it for a service named actorcron; enableServiceLinks: false keeps it away", origin));
            else if (known.Variables.TryGetValue(name, out var key) || ClusterVariables.TryGetValue(name, out key))
                layer.Put(key.Split('.'), Value(key, text, origin));
            else if (!JobVariables.Contains(name) && !name.StartsWith("ACTORCRON_TEST_", StringComparison.Ordinal))
                notices.Add(new ConfigProblem(null, $"ignored: no key has this variable; {Nearest(name)}", origin));
        }
        return layer;
    }

    /// <summary>The layer that one <c>KEY=VALUE</c> makes; the key may leave out <c>actorcron.</c>.</summary>
    public HoconObject FromSetting(string setting, List<ConfigProblem> problems)
    {
        var layer = new HoconObject(new HoconOrigin("--set"));
        var equals = setting.IndexOf('=');
        if (equals <= 0)
        {
            problems.Add(new ConfigProblem(null, "must be KEY=VALUE, as in --set http.port=9111", new HoconOrigin($"--set {setting}")));
            return layer;
        }
        var key = setting[..equals].Trim();
        var origin = new HoconOrigin($"--set {key}");
        var path = key.Split('.');
        if (path.Any(string.IsNullOrWhiteSpace))
        {
            problems.Add(new ConfigProblem(null, "an empty part stands in the key", origin));
            return layer;
        }
        if (known.IsSection(path[0])) path = ["actorcron", .. path];
        if (path[0] is not ("actorcron" or "akka"))
        {
            problems.Add(new ConfigProblem(null, $"is no known key; keys start with actorcron. or akka.; the nearest is {NearestWord.Of("actorcron." + key, known.Variables.Values)}", origin));
            return layer;
        }
        try
        {
            layer.Put(path, Value(string.Join('.', path), setting[(equals + 1)..].Trim(), origin));
        }
        catch (HoconException e)
        {
            problems.Add(new ConfigProblem(string.Join('.', path), e.Message, origin));
        }
        return layer;
    }

    private string Nearest(string name) => NearestVariable.Of(name, [.. known.Variables.Keys, .. ClusterVariables.Keys]) is { } nearest
        ? $"the nearest is {nearest}"
        : "hocon/reference.conf lists the keys, each of which has one (actorcron.http.port has ACTORCRON_HTTP_PORT)";

    private HoconValue Value(string key, string text, HoconOrigin origin)
    {
        if (text.StartsWith('[') || text.StartsWith('{')) return HoconReader.ReadValue(text, origin.Source);
        if (known.ListKeys.Contains(key) || key is SeedNodesKey or "akka.cluster.roles" or "akka.extensions")
            return new HoconList([.. StrictConfig.Split(text).Select(item => new HoconScalar(item, origin))], origin);
        return new HoconScalar(text, origin);
    }
}
