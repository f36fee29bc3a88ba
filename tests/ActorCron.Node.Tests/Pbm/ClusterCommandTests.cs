using System.Text.Json.Nodes;
using ActorCron.Pbm;

namespace ActorCron.Node.Tests.Pbm;

public sealed class ClusterCommandTests : IAsyncLifetime
{
    private const string TwoNodes = """
        {"members":[{"address":"akka.tcp://ActorCron@n1:4053","roles":["scheduler","worker"],"status":"Up","reachable":true,"version":"0.1.0"},
                    {"address":"akka.tcp://ActorCron@n2:4053","roles":["worker"],"status":"up","reachable":false}],
         "leader":"akka.tcp://ActorCron@n1:4053","scheduler":"akka.tcp://ActorCron@n2:4053","self":"akka.tcp://ActorCron@n2:4053","shards":[]}
        """;

    private StubNode _node = null!;

    public async Task InitializeAsync() => _node = await StubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Members_are_shown_as_Petabridge_s_pbm_shows_them()
    {
        _node.On("GET /api/v1/cluster", TwoNodes);

        var pbm = await PbmRun.Of(_node, "cluster", "show");

        Assert.Equal(
            """
            akka.tcp://ActorCron@n1:4053 | [scheduler, worker] | up |  | 0.1.0
            akka.tcp://ActorCron@n2:4053 | [worker] | up | unreachable |
            Count: 2 nodes

            """, pbm.Out);
    }

    [Theory]
    [InlineData("leader", "akka.tcp://ActorCron@n1:4053\n")]
    [InlineData("scheduler", "akka.tcp://ActorCron@n2:4053\n")]
    [InlineData("status", "akka.tcp://ActorCron@n2:4053 | [worker] | up | unreachable |\n")]
    public async Task One_member_is_one_line(string command, string expected)
    {
        _node.On("GET /api/v1/cluster", TwoNodes);

        Assert.Equal(expected, (await PbmRun.Of(_node, "cluster", command)).Out);
    }

    [Theory]
    [InlineData("join -a akka.tcp://ActorCron@n3:1", "join", """{"address":"akka.tcp://ActorCron@n3:1"}""")]
    [InlineData("down --address akka.tcp://ActorCron@n3:1", "down", """{"address":"akka.tcp://ActorCron@n3:1"}""")]
    [InlineData("leave", "leave", """{"address":"akka.tcp://ActorCron@n2:4053"}""")]
    [InlineData("leave -s", "leave", """{"address":"akka.tcp://ActorCron@n2:4053"}""")]
    public async Task A_change_names_the_member(string line, string route, string body)
    {
        _node.On("GET /api/v1/cluster", TwoNodes).On($"POST /api/v1/cluster/{route}", "", 202);

        var pbm = await PbmRun.Of([_node.Address, "cluster", .. line.Split(' ')]);

        Assert.Equal((ExitCode.Ok, body), (pbm.Exit, _node.Requests[^1].Body));
    }

    [Fact]
    public async Task A_tail_prints_the_members_and_then_each_change()
    {
        const string alone = """{"members":[{"address":"n1","roles":[],"status":"up","reachable":true}],"leader":"n1","scheduler":"n1"}""";
        _node.On("GET /api/v1/cluster", alone).On("GET /api/v1/cluster", alone)
            .On("GET /api/v1/cluster", """{"members":[{"address":"n2","roles":[],"status":"joining","reachable":true}],"leader":"n2","scheduler":null}""");
        using var ctrlC = new CancellationTokenSource();
        _node.OnRequest = _ =>
        {
            if (_node.Requests.Count >= 4) ctrlC.Cancel();
            return Task.CompletedTask;
        };

        var pbm = await PbmRun.Of([_node.Address, "cluster", "tail", "--interval", "10ms"], cancelled: ctrlC.Token);

        Assert.Equal(ExitCode.Ok, pbm.Exit);
        Assert.Equal(
            ["n1 | [] | up |  |", "leader: n1", "scheduler: n1", "n2 | [] | joining |  |", "n1 | removed", "leader: n2", "scheduler: none"],
            pbm.Lines.Select(line => line[(line.IndexOf(' ') + 1)..]));
    }

    [Fact]
    public async Task Region_stats_have_Petabridge_s_form()
    {
        _node.On("GET /api/v1/cluster", TwoNodes).On("GET /api/v1/sharding/stats", """{"items":[{"address":"akka.tcp://ActorCron@n1:4053","shards":3,"entities":12,"coordinator":true}]}""");

        var pbm = await PbmRun.Of(_node, "cluster-sharding", "region-stats", "-r", "workers");

        Assert.Equal("akka.tcp://ActorCron@n1:4053 | [scheduler, worker] | up |  | 0.1.0 [coordinator](workers) | shards: 3 | entities: 12\n", pbm.Out);
    }

    [Fact]
    public async Task Actors_are_one_path_a_line()
    {
        _node.On("GET /api/v1/actors", """{"paths":["/user","/user/scheduler"]}""");

        var pbm = await PbmRun.Of(_node, "actor", "hierarchy", "-d", "6", "-s", "/user");

        Assert.Equal(("/user\n/user/scheduler\n", "/api/v1/actors?path=%2Fuser&depth=6"), (pbm.Out, _node.Requests.Single().Target));
    }

    [Fact]
    public async Task The_log_goes_on_after_the_last_line_seen()
    {
        _node.On("GET /api/v1/log", """{"items":[{"seq":41,"at":"2026-11-24T01:00:00Z","level":"info","source":"s","message":"one"},{"seq":42,"at":"2026-11-24T01:00:01Z","level":"error","source":"s","message":"two\n  at X"}],"next":42}""")
            .On("GET /api/v1/log", """{"items":[],"next":42}""");
        using var ctrlC = new CancellationTokenSource();
        _node.OnRequest = _ =>
        {
            if (_node.Requests.Count >= 2) ctrlC.Cancel();
            return Task.CompletedTask;
        };

        var pbm = await PbmRun.Of([_node.Address, "log", "tail", "--level", "warning", "--interval", "10ms"], cancelled: ctrlC.Token);

        Assert.Equal((ExitCode.Ok, "2026-11-24T01:00:01Z ERROR   s: two   at X\n"), (pbm.Exit, pbm.Out));
        Assert.Equal("/api/v1/log?after=42&limit=500", _node.Requests[1].Target);
    }

    [Fact]
    public async Task Queues_are_listed_requeued_and_purged()
    {
        _node.On("GET /api/v1/queues", """{"items":[{"queue":"default","depth":5,"consumers":2,"running":1,"external":false,"maxConcurrency":4,"rate":"100/m","published":9,"acked":4,"dead":0}]}""")
            .On("POST /api/v1/queues/dead/requeue", """{"requeued":3}""").On("POST /api/v1/queues/a%2Fb/purge", """{"purged":5}""");

        var list = await PbmRun.Of(_node, "queue", "list");
        var one = await PbmRun.Of(_node, "queue", "requeue", "m/1");
        await PbmRun.Of(_node, "queue", "requeue", "--all");
        var purge = await PbmRun.Of(_node, "queue", "purge", "a/b");

        Assert.Equal("default  5      2          1        4    100/m       no        9/s        4/s    0", list.Lines[1]);
        Assert.Equal(("requeued 3\n", "purged 5 from a/b\n"), (one.Out, purge.Out));
        Assert.Equal(["""{"messageId":"m/1"}""", """{"all":true}"""], _node.Requests.Skip(1).Take(2).Select(request => request.Body));
        Assert.Equal(ExitCode.Usage, (await PbmRun.Of(_node, "queue", "requeue")).Exit);
    }

    [Fact]
    public async Task A_list_of_dead_letters_that_is_cut_says_so()
    {
        _node.On("GET /api/v1/queues/dead", """{"items":[{"position":1,"reason":"empty","messageId":"m1","queue":"default","body":""}],"total":340}""");

        var dead = await PbmRun.Of(_node, "queue", "dead");

        Assert.Contains("m1", dead.Lines[1], StringComparison.Ordinal);
        Assert.Equal("The oldest 1 of 340.\n", dead.Error);
    }

    [Fact]
    public async Task The_log_level_is_put()
    {
        _node.On("PUT /api/v1/log/level", "");

        await PbmRun.Of(_node, "log", "level", "debug");

        Assert.Equal("debug", (string?)JsonNode.Parse(_node.Requests.Single().Body)!["level"]);
    }
}
