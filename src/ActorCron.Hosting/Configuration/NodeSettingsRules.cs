using Akka.Actor;

namespace ActorCron.Hosting.Configuration;

/// <summary>Checks what single keys cannot: combinations that would lose data, open the node to strangers, or do nothing.</summary>
internal static class NodeSettingsRules
{
    public static void Check(NodeSettings settings, StrictConfig config, List<ConfigProblem> notices)
    {
        CheckHttp(settings.Http, config);
        CheckSingleNode(settings, config);
        CheckWork(settings, config, notices);
        CheckTls(settings.Broker.RabbitMq, config);
        if (settings.Http.HasToken && settings.Http.Token.Length < 16)
            notices.Add(new ConfigProblem("actorcron.http.token", "is short; 16 random characters or more cannot be guessed", config.Origin("actorcron.http.token")));
    }

    private static void CheckHttp(HttpSettings http, StrictConfig config)
    {
        if (!http.IsLoopback && !http.HasToken)
            config.Add("actorcron.http.bind", $"'{http.Bind}' lets other machines in, so actorcron.http.token must be set (ACTORCRON_HTTP_TOKEN)");
    }

    private static void CheckSingleNode(NodeSettings settings, StrictConfig config)
    {
        if (!settings.IsSingleNode) return;
        var foreign = settings.Cluster.SeedNodes.Where(seed => !IsSelf(seed, settings.Cluster)).ToList();
        if (foreign.Count > 0)
        {
            var single = settings.Store.Kind == StoreKind.Sqlite ? "the sqlite store" : "the embedded broker";
            config.Add("akka.cluster.seed-nodes", $"{foreign[0]} is another node, and {single} is for one node only; use actorcron.store.kind = mongodb or postgresql with actorcron.broker.kind = rabbitmq");
        }
        else if (!settings.IsScheduler)
        {
            config.Add("actorcron.node.roles", "must include scheduler on a node that cannot share its store or broker: nothing would ever run");
        }
    }

    private static void CheckWork(NodeSettings settings, StrictConfig config, List<ConfigProblem> notices)
    {
        if (settings.IsWorker && settings.Worker.Queues.Length == 0)
            config.Add("actorcron.worker.queues", "must name at least one queue on a node with the role worker");
        foreach (var queue in settings.Worker.Queues.Where(queue => settings.Queue(queue).External))
            config.Add("actorcron.worker.queues", $"'{queue}' is marked external, so no worker may serve it");
        if (settings.IsSingleNode || !settings.Cluster.SeedNodes.IsEmpty) return;
        notices.Add(new ConfigProblem("akka.cluster.seed-nodes", settings.IsScheduler
            ? "is empty: this node is a cluster of its own, and no other may use its store and broker"
            : "is empty and this node has no scheduler role: nothing runs until it joins a cluster", null));
    }

    private static void CheckTls(RabbitMqSettings rabbit, StrictConfig config)
    {
        if (rabbit.Tls.Cert.Length > 0 != rabbit.Tls.Key.Length > 0)
            config.Add("actorcron.broker.rabbitmq.tls", "cert and key belong together: set both or none");
    }

    private static bool IsSelf(string seed, ClusterSettings cluster)
    {
        try
        {
            var address = Address.Parse(seed);
            return address.Port == cluster.Port && string.Equals(address.Host, cluster.Hostname, StringComparison.OrdinalIgnoreCase);
        }
        catch (UriFormatException)
        {
            return true; // Already a problem of its own.
        }
    }
}
