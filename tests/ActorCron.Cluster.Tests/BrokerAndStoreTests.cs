using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Cluster.Tests;

[Collection(ClusterTests.Name)]
public sealed class BrokerAndStoreTests(Servers servers)
{
    [Fact]
    public async Task A_job_longer_than_the_brokers_delivery_timeout_finishes_once()
    {
        // The broker closes a channel whose delivery stays unacknowledged for 12 seconds, which it looks for every 4; a worker acknowledges
        // within 10, so the job must outlive all that.
        await servers.RabbitMq.RunCtlAsync("eval", "application:set_env(rabbit, channel_tick_interval, 4000), application:set_env(rabbit, consumer_timeout, 12000).");
        try
        {
            await using var cluster = await TestCluster.CreateAsync(servers);
            await cluster.StartAsync(1);
            await cluster.Nodes[0].PutAsync("long", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(30_000)));
            var id = (string)(await cluster.Nodes[0].TriggerAsync("long"))["runId"]!;

            await Eventually.HoldsAsync(async () => (string?)(await cluster.Nodes[0].RunAsync(id))?["state"] == "succeeded", Soon, () => "the long job ends\n" + cluster.Outputs());

            Assert.Equal(1, (int)(await cluster.Nodes[0].RunAsync(id))!["attempt"]!);
        }
        finally
        {
            await servers.RabbitMq.RunCtlAsync("eval", "application:set_env(rabbit, channel_tick_interval, 60000), application:set_env(rabbit, consumer_timeout, 1800000).");
        }
    }

    [Fact]
    public async Task A_worker_that_joins_late_shares_the_backlog_at_once()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.worker.concurrency=8");
        await cluster.StartAsync(1);
        // Fifty seconds of work for one worker: most of it is left when the other has started, however long that takes on a busy machine.
        await cluster.Nodes[0].PutAsync("slow", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(1000)));
        await cluster.Nodes[0].PutAsync("burst", new JsonObject { ["every"] = "1s", ["paused"] = true, ["job"] = TestCluster.Noop(200) });
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => cluster.Nodes[0].TriggerAsync("slow")));

        await cluster.AddAsync();
        var joined = DateTimeOffset.UtcNow;
        await Eventually.HoldsAsync(async () => (await cluster.Nodes[0].RunsAsync("schedule=slow&state=succeeded")).Count == 400, Soon, () => "all have run\n" + cluster.Outputs());

        var after = (await cluster.Nodes[0].RunsAsync("schedule=slow")).Where(run => DateTimeOffset.Parse((string)run["started"]!) > joined.AddSeconds(1)).ToList();
        var late = after.Count(run => (string)run["node"]! == cluster.Nodes[1].Name);
        if (after.Count > 40) Assert.InRange(late / (double)after.Count, 0.3, 0.7);
        else Assert.True(late > 0, "the late worker took none");
    }

    [Fact]
    public async Task A_worker_with_max_runs_executes_exactly_that_many_and_exits_0()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.worker.concurrency=4");
        await cluster.StartAsync(1, "actorcron.node.roles=scheduler");
        await cluster.Nodes[0].PutAsync("count", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(20)));
        for (var i = 0; i < 30; i++) await cluster.Nodes[0].TriggerAsync("count");

        var counted = await cluster.AddAsync(wait: false, "actorcron.node.roles=worker", "actorcron.worker.max-runs=10");

        Assert.Equal(0, await counted.ExitAsync(Soon));
        var runs = await cluster.Nodes[0].RunsAsync("schedule=count");
        Assert.Equal(10, runs.Count(run => (string)run["state"]! == "succeeded"));
        Assert.Equal(20, runs.Count(run => (string)run["state"]! == "dispatched"));
    }

    [Fact]
    public async Task While_the_broker_is_away_triggers_get_503_and_due_runs_follow_when_it_is_back()
    {
        await using var own = new OwnServers();
        await own.StartAsync();
        await using var cluster = await TestCluster.CreateAsync(own.Servers);
        await cluster.StartAsync(1);
        await cluster.Nodes[0].PutAsync("tick", TestCluster.Schedule("* * * * * *", TestCluster.Noop()));
        await SomeRunAsync(cluster);

        await own.Servers.RabbitMq.KillAsync();
        var away = DateTimeOffset.UtcNow;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await cluster.Nodes[0].Http.PostAsync("api/v1/schedules/tick/trigger", null)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await cluster.Nodes[0].Http.GetAsync("health/ready")).StatusCode);
        await WaitAsync(TimeSpan.FromSeconds(30));
        await own.Servers.RabbitMq.StartAgainAsync();

        await NothingIsLostAsync(cluster, away);
    }

    [Theory, OnPostgreSql, OnMongoDb]
    public async Task While_the_store_is_away_writes_get_503_and_due_runs_follow_when_it_is_back(string store)
    {
        await using var own = new OwnServers();
        await own.StartAsync();
        var mongo = store == Stores.MongoDb ? Stores.MongoAddress : null;
        await using var proxy = mongo is null ? null : new FaultyProxy(mongo.Host, mongo.Port);
        var name = $"away{Guid.NewGuid():N}"[..16];
        var database = await Stores.CreateDatabaseAsync(store, own.Servers, name, proxy is null ? null : new("127.0.0.1", proxy.Port));
        await using var cluster = TestCluster.OnDatabase(name, store, database, own.Servers);
        await cluster.StartAsync(1);
        await cluster.Nodes[0].PutAsync("tick", TestCluster.Schedule("* * * * * *", TestCluster.Noop()));
        await SomeRunAsync(cluster);

        if (proxy is null) await own.Servers.PostgreSql.KillAsync();
        else proxy.GoAway();
        var away = DateTimeOffset.UtcNow;
        var put = await cluster.Nodes[0].Http.PutAsync("api/v1/schedules/other", new StringContent("""{ "cron": "* * * * *", "job": { "type": "noop" } }""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, put.StatusCode);
        await WaitAsync(TimeSpan.FromSeconds(30));
        if (proxy is null) await own.Servers.PostgreSql.StartAgainAsync();
        else proxy.ComeBack();

        await NothingIsLostAsync(cluster, away);
    }

    private static async Task SomeRunAsync(TestCluster cluster) =>
        await Eventually.HoldsAsync(async () => (await cluster.Nodes[0].RunsAsync("schedule=tick&state=succeeded")).Count > 2, Soon, () => "runs succeed\n" + cluster.Outputs());

    // An outage lasts as long as it lasts: time itself is what is waited for.
    private static async Task WaitAsync(TimeSpan span)
    {
        var clock = Stopwatch.StartNew();
        await Eventually.HoldsAsync(() => Task.FromResult(clock.Elapsed >= span), span + span, () => "time passes");
    }

    private static async Task NothingIsLostAsync(TestCluster cluster, DateTimeOffset away)
    {
        var back = DateTimeOffset.UtcNow;
        await Eventually.HoldsAsync(async () => (await cluster.Nodes[0].RunsAsync("schedule=tick&state=succeeded")).Any(run => DateTimeOffset.Parse((string)run["scheduledFor"]!) > back.AddSeconds(1)),
            Soon, () => "occurrences after the outage run\n" + cluster.Outputs());
        var through = DateTimeOffset.UtcNow.AddSeconds(-2).ToUnixTimeSeconds();
        await Eventually.HoldsAsync(async () =>
        {
            var seconds = (await cluster.Nodes[0].RunsAsync("schedule=tick&state=succeeded")).Select(run => DateTimeOffset.Parse((string)run["scheduledFor"]!).ToUnixTimeSeconds()).ToList();
            return Enumerable.Range(0, (int)(through - away.ToUnixTimeSeconds())).All(second => seconds.Contains(away.ToUnixTimeSeconds() + second)) && seconds.Count == seconds.Distinct().Count();
        }, Soon, () => "each second of the outage has its run\n" + cluster.Outputs());
    }

    private sealed class OwnServers : IAsyncDisposable
    {
        public Servers Servers { get; } = new();
        public Task StartAsync() => Servers.InitializeAsync();
        public async ValueTask DisposeAsync() => await Servers.DisposeAsync();
    }
}
