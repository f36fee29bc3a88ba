namespace ActorCron.Hosting.Configuration;

/// <summary>Reads what of <c>akka { }</c> decides whether a node may start at all.</summary>
internal static class ClusterSettingsReader
{
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

        return new ClusterSettings(hostname, publicPort > 0 ? publicPort : port, [.. config.List(SeedNodes).Select(seed => ReadSeed(seed, config, problems))]);
    }

    private static string ReadSeed(string seed, StrictConfig config, List<ConfigProblem> problems)
    {
        if (!NodeAddress.TryParse(seed, out var address))
            problems.Add(new ConfigProblem(SeedNodes, $"'{seed}' must be {NodeAddress.Expected}", config.Origin(SeedNodes)));
        else if (address.System != NodeAddress.SystemName)
            problems.Add(new ConfigProblem(SeedNodes, $"'{seed}' must carry the system name {NodeAddress.SystemName}: {NodeAddress.Expected}", config.Origin(SeedNodes)));
        return address?.ToString() ?? seed;
    }
}
