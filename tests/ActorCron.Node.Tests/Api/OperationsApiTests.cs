using ActorCron.Actors.Brokers;
using ActorCron.Actors.Gateway;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Tests.Api;

public sealed class OperationsApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task The_cluster_is_shown_with_members_and_shards()
    {
        var cluster = (await _api.SendAsync("GET", "/api/v1/cluster")).Json;

        Assert.Equal("up", cluster.GetProperty("members")[0].GetProperty("status").GetString());
        Assert.Equal("akka.tcp://ActorCron@a:1", cluster.GetProperty("scheduler").GetString());
        Assert.Equal(2, cluster.GetProperty("shards").GetArrayLength());
    }

    [Fact]
    public async Task Shards_are_summed_by_node()
    {
        var regions = await _api.SendAsync("GET", "/api/v1/sharding/regions");
        var shards = await _api.SendAsync("GET", "/api/v1/sharding/shards?region=runs");
        var stats = await _api.SendAsync("GET", "/api/v1/sharding/stats");

        Assert.Equal("runs", regions.Json.GetProperty("regions")[0].GetString());
        Assert.Equal(2, shards.Json.GetProperty("items").GetArrayLength());
        Assert.Equal((1, 2), (stats.Json.GetProperty("items")[0].GetProperty("shards").GetInt32(), stats.Json.GetProperty("items")[0].GetProperty("entities").GetInt32()));
        Assert.Equal(404, (await _api.SendAsync("GET", "/api/v1/sharding/shards?region=none")).Code);
    }

    [Fact]
    public async Task Only_members_can_leave_or_be_declared_dead()
    {
        Assert.Equal(404, (await _api.SendAsync("POST", "/api/v1/cluster/down", """{ "address": "akka.tcp://ActorCron@nowhere:1" }""")).Code);
        Assert.Equal(404, (await _api.SendAsync("POST", "/api/v1/cluster/leave", """{ "address": "akka.tcp://ActorCron@nowhere:1" }""")).Code);
        Assert.Equal("address", (await _api.SendAsync("POST", "/api/v1/cluster/down")).Field);
        Assert.Equal("address", (await _api.SendAsync("POST", "/api/v1/cluster/down", """{ "address": "nonsense" }""")).Field);
        Assert.Equal("force", (await _api.SendAsync("POST", "/api/v1/cluster/down", """{ "force": true }""")).Field);
        Assert.Equal(409, (await _api.SendAsync("POST", "/api/v1/cluster/join", """{ "address": "akka.tcp://ActorCron@other:1" }""")).Code);
        Assert.Equal(202, (await _api.SendAsync("POST", "/api/v1/cluster/down-unreachable")).Code);
    }

    [Fact]
    public async Task Queues_and_dead_letters_are_shown_and_given_back()
    {
        _api.Gateway.Queues.Add(new QueueView("reports", 5, 2, 1, 3, false, 4, "100/m", 1.23456, 0.5, 1));
        _api.Gateway.DeadLetters.AddRange([new DeadLetter(1, "not JSON", "m1", "reports", "<script>"), new DeadLetter(2, "no job", null, null, "{}")]);

        var queue = (await _api.SendAsync("GET", "/api/v1/queues")).Json.GetProperty("items")[0];
        var dead = await _api.SendAsync("GET", "/api/v1/queues/dead?limit=1");
        var neither = await _api.SendAsync("POST", "/api/v1/queues/dead/requeue", "{}");
        var absent = await _api.SendAsync("POST", "/api/v1/queues/dead/requeue", """{ "messageId": "m9" }""");
        var one = await _api.SendAsync("POST", "/api/v1/queues/dead/requeue", """{ "messageId": "m1" }""");
        var all = await _api.SendAsync("POST", "/api/v1/queues/dead/requeue", """{ "all": true }""");
        var purge = await _api.SendAsync("POST", "/api/v1/queues/reports/purge");

        Assert.Equal((5, 3, 4, "100/m", 1.235), (queue.GetProperty("depth").GetInt32(), queue.GetProperty("running").GetInt32(), queue.GetProperty("maxConcurrency").GetInt32(), queue.GetProperty("rate").GetString(), queue.GetProperty("published").GetDouble()));
        Assert.Equal("m1", dead.Json.GetProperty("items")[0].GetProperty("messageId").GetString());
        Assert.Equal((400, 404, 200, 200), (neither.Code, absent.Code, one.Code, all.Code));
        Assert.Equal(2, dead.Json.GetProperty("total").GetInt32());
        Assert.Equal(404, (await _api.SendAsync("POST", "/api/v1/queues/reprots/purge")).Code);
        Assert.Equal(7, purge.Json.GetProperty("purged").GetInt32());
    }

    [Fact]
    public async Task The_log_is_read_on_from_where_it_was_left()
    {
        var logger = _api.Log.CreateLogger("Some.Name.Space.Thing");
        logger.LogInformation("first {Number}", 1);
        var first = await _api.SendAsync("GET", "/api/v1/log?limit=1");
        logger.LogWarning("second");
        logger.LogDebug("too quiet");

        var second = await _api.SendAsync("GET", $"/api/v1/log?after={first.Json.GetProperty("next").GetInt64()}");

        Assert.Equal("first 1", first.Json.GetProperty("items")[0].GetProperty("message").GetString());
        var line = Assert.Single(second.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(("warning", "Thing", "second"), (line.GetProperty("level").GetString(), line.GetProperty("source").GetString(), line.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task The_log_level_is_changed_while_running()
    {
        try
        {
            Assert.Equal("debug", (await _api.SendAsync("PUT", "/api/v1/log/level", """{ "level": "debug" }""")).Json.GetProperty("level").GetString());
            Assert.True(_api.Log.CreateLogger("x").IsEnabled(LogLevel.Debug));
            Assert.Equal("level", (await _api.SendAsync("PUT", "/api/v1/log/level", """{ "level": "loud" }""")).Field);
        }
        finally
        {
            _api.Log.Level = LogLevel.Information;
        }
    }

    [Fact]
    public async Task Actors_are_listed_by_path_and_depth()
    {
        var one = await _api.SendAsync("GET", "/api/v1/actors?path=/system/cluster&depth=0");
        var below = await _api.SendAsync("GET", "/api/v1/actors?path=/system/cluster&depth=1");

        Assert.Equal("/system/cluster", Assert.Single(one.Json.GetProperty("paths").EnumerateArray()).GetString());
        Assert.True(below.Json.GetProperty("paths").GetArrayLength() > 1);
        Assert.Equal(404, (await _api.SendAsync("GET", "/api/v1/actors?path=/user/nothing")).Code);
    }
}
