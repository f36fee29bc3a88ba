using Akka.Actor;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads what of <c>akka { }</c> decides whether a node may start at all.</summary>
internal static class ClusterSettingsReader
{
    /// <summary>The name of the actor system, part of every node's address.</summary>
    public const string SystemName = "ActorCron";

    private const string Transport = "akka.remote.dot-netty.tcp.";
    private const string SeedNodes = "akka.cluster.seed-nodes";

    public static ClusterSettings Read(StrictConfig config, List<ConfigProblem> problems)
    {
        var shown = config.Has(Transport + "public-hostname") ? config.Text(Transport + "public-hostname") : "";
        var hostname = shown.Length > 0 ? shown : config.Text(Transport + "hostname");
        if (hostname.Length == 0) config.Add(Transport + "hostname", "must be the address that other nodes use");
        else if (hostname is "0.0.0.0" or "::") config.Add(Transport + "hostname", "is no address that other nodes can use; bind to it by hostname and name this machine in public-hostname");
        var port = config.Int(Transport + "port", 0, 65535);
        var publicPort = config.Has(Transport + "public-port") ? config.Int(Transport + "public-port", 0, 65535) : 0;

        var seeds = config.List(SeedNodes);
        foreach (var seed in seeds)
        {
            if (!ActorPath.TryParse(seed + "/", out _) || !Address.Parse(seed).HasGlobalScope)
                problems.Add(new ConfigProblem(SeedNodes, $"'{seed}' must be an address like akka.tcp://{SystemName}@host:4053", config.Origin(SeedNodes)));
            else if (Address.Parse(seed).System != SystemName)
                problems.Add(new ConfigProblem(SeedNodes, $"'{seed}' must carry the system name {SystemName}: akka.tcp://{SystemName}@host:port", config.Origin(SeedNodes)));
        }
        return new ClusterSettings(hostname, publicPort > 0 ? publicPort : port, seeds);
    }
}
