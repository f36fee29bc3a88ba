using System.Text.Json.Nodes;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Cluster.Tests;

/// <summary>Node processes that share a database and an exchange.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _arguments;
    private readonly List<string> _seeds = [];
    private readonly Dictionary<int, (string Folder, List<string> Arguments)> _launched = [];
    private readonly (string Kind, string ConnectionString) _store;

    private TestCluster(List<string> arguments, (string Kind, string ConnectionString) store) => (_arguments, _store) = (arguments, store);

    public List<NodeProcess> Nodes { get; } = [];
    public string Exchange { get; private init; } = "";

    public static Task<TestCluster> CreateAsync(Servers servers, params string[] settings) => CreateOnAsync(Stores.Usual, servers, settings);

    /// <param name="store">One of <see cref="Stores"/>.</param>
    /// <param name="servers">Broker and PostgreSQL.</param>
    /// <param name="settings"><c>KEY=VALUE</c>, for every node.</param>
    public static async Task<TestCluster> CreateOnAsync(string store, Servers servers, params string[] settings)
    {
        var name = $"t{Guid.NewGuid():N}"[..12];
        return OnDatabase(name, store, await Stores.CreateDatabaseAsync(store, servers, name), servers, settings);
    }

    /// <summary>A cluster on a database that is there already; <paramref name="name"/> names its exchange.</summary>
    public static TestCluster OnDatabase(string name, string store, string database, Servers servers, params string[] settings)
    {
        List<string> arguments = [];
        foreach (var setting in (string[])[$"actorcron.store.kind={store}", $"actorcron.store.connection-string={database}", "actorcron.broker.kind=rabbitmq",
            $"actorcron.broker.rabbitmq.uri={servers.RabbitMq.Uri}", $"actorcron.broker.rabbitmq.exchange={name}", .. settings])
        {
            arguments.Add("--set");
            arguments.Add(setting);
        }
        return new TestCluster(arguments, (store, database)) { Exchange = name };
    }

    /// <summary>Starts nodes side by side; the first ever is the seed.</summary>
    public async Task StartAsync(int count, params string[] settings)
    {
        for (var i = 0; i < count; i++)
        {
            await AddAsync(wait: _seeds.Count == 0 || i == count - 1, settings);
        }
        await Task.WhenAll(Nodes.Select(node => node.ReadyAsync()));
    }

    public async Task<NodeProcess> AddAsync(bool wait = true, params string[] settings)
    {
        var port = FreePort.Next();
        if (_seeds.Count < 2) _seeds.Add($"akka.tcp://ActorCron@127.0.0.1:{port}");
        var seeds = string.Join(',', _seeds);
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, $"{port}")).FullName;
        List<string> arguments = [.. _arguments, "--set", $"akka.cluster.seed-nodes={seeds}", .. settings.SelectMany(setting => new[] { "--set", setting })];
        _launched[port] = (folder, arguments);
        var node = NodeProcess.Launch(folder, arguments, clusterPort: port);
        Nodes.Add(node);
        if (wait) await node.ReadyAsync();
        return node;
    }

    /// <summary>Starts every node again, dead ones all of them, on its port and in its folder.</summary>
    public async Task StartAgainAsync()
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            var (port, dead) = (Nodes[i].ClusterPort, Nodes[i]);
            var (folder, arguments) = _launched[port];
            Nodes[i] = NodeProcess.Launch(folder, arguments, clusterPort: port);
            await dead.DisposeAsync();
        }
        await Task.WhenAll(Nodes.Select(node => node.ReadyAsync()));
    }

    /// <summary>The node that dispatches, as one of the others sees it.</summary>
    public async Task<NodeProcess> SchedulerAsync()
    {
        NodeProcess? scheduler = null;
        await Eventually.HoldsAsync(async () =>
        {
            var address = (string?)(await Nodes.First(node => !node.HasExited).ClusterAsync())["scheduler"];
            scheduler = Nodes.Find(node => node.Address == address && !node.HasExited);
            return scheduler is not null;
        }, Soon, () => "a living node is the scheduler");
        return scheduler!;
    }

    public static JsonObject Schedule(string cron, JsonObject job, params (string Name, JsonNode Value)[] more)
    {
        var schedule = new JsonObject { ["cron"] = cron, ["job"] = job };
        foreach (var (name, value) in more) schedule[name] = value;
        return schedule;
    }

    public static JsonObject Noop(int sleepMs = 0) => new() { ["type"] = "noop", ["params"] = new JsonObject { ["sleepMs"] = sleepMs } };

    public string Outputs() => string.Join("\n\n", Nodes.Select(node => $"==== {node.Name}\n{string.Join('\n', node.Output.Split('\n').TakeLast(60))}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        await Stores.DropDatabaseAsync(_store.Kind, _store.ConnectionString);
        _folder.Dispose();
    }
}
