using System.Net;
using System.Net.Sockets;
using ActorCron.Pbm;

namespace ActorCron.Node.Tests.Pbm;

public sealed class ExitCodeTests : IAsyncLifetime
{
    private StubNode _node = null!;

    public async Task InitializeAsync() => _node = await StubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_refusal_prints_detail_field_and_status_and_exits_1()
    {
        _node.Refuses("PUT /api/v1/schedules/x", 400, """{"type":"about:blank","title":"Bad Request","status":400,"detail":"61 is no minute: 0 to 59","field":"cron","errors":{"cron":["61 is no minute: 0 to 59"]}}""");

        var pbm = await PbmRun.Of(_node, "cron", "add", "x", "61 * * * *", "--type", "noop");

        Assert.Equal((ExitCode.Refused, "", "pbm: 61 is no minute: 0 to 59 (field cron, status 400 Bad Request)\n"), (pbm.Exit, pbm.Out, pbm.Error));
    }

    [Fact]
    public async Task A_refusal_of_several_fields_names_each()
    {
        _node.Refuses("PUT /api/v1/schedules/x", 400, """{"title":"The schedule is not valid","status":400,"field":"cron","errors":{"cron":["no minute"],"queue":["too long","odd"]}}""");

        var pbm = await PbmRun.Of(_node, "cron", "add", "x", "61 * * * *", "--type", "noop");

        Assert.Equal("pbm: The schedule is not valid (field cron, status 400 Bad Request)\n  cron: no minute\n  queue: too long; odd\n", pbm.Error);
    }

    [Fact]
    public async Task With_json_the_problem_document_goes_to_standard_error()
    {
        _node.Refuses("GET /api/v1/schedules/x", 404, """{"status":404,"detail":"no schedule x"}""");

        var pbm = await PbmRun.Of(_node, "-o", "json", "cron", "show", "x");

        Assert.Equal((ExitCode.Refused, "", "{\n  \"status\": 404,\n  \"detail\": \"no schedule x\"\n}\n"), (pbm.Exit, pbm.Out, pbm.Error));
    }

    [Theory]
    [InlineData(401, "PBM_TOKEN")]
    [InlineData(503, "Try again in 7 s")]
    public async Task A_refusal_says_what_to_do_next(int status, string words)
    {
        _node.Refuses("GET /api/v1/cluster", status, """{"detail":"no"}""", ("Retry-After", "7"));

        Assert.Contains(words, (await PbmRun.Of(_node, "cluster", "show")).Error);
    }

    [Fact]
    public async Task Something_that_is_no_node_is_recognised()
    {
        _node.On("GET /api/v1/cluster", "<html>hello</html>", contentType: "text/html");

        var pbm = await PbmRun.Of(_node, "cluster", "show");

        Assert.Equal(ExitCode.Refused, pbm.Exit);
        Assert.Contains("is it an ActorCron node?", pbm.Error);
    }

    [Fact]
    public async Task No_listener_is_exit_3()
    {
        using var port = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        port.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // taken but not listening: refused for certain
        var address = port.LocalEndPoint!.ToString()!;

        var pbm = await PbmRun.Of([address, "cluster", "show"]);

        Assert.Equal((ExitCode.NoConnection, $"pbm: no connection to {address}: Connection refused\n"), (pbm.Exit, pbm.Error));
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_exit_3()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var pbm = await PbmRun.Of([silent.LocalEndpoint.ToString()!, "cluster", "show", "--timeout", "200ms"]);

        Assert.Equal(ExitCode.NoConnection, pbm.Exit);
        Assert.Contains("no answer within 0.2 s", pbm.Error);
    }

    [Theory]
    // Unknown words, with the one that was meant.
    [InlineData("corn list", "did you mean 'cron'?")]
    [InlineData("cron lst", "did you mean 'list'?")]
    [InlineData("cron list --usr x", "did you mean '--user'?")]
    [InlineData("cron show --frobnicate", "not an option")]
    // Something is missing, or is too much.
    [InlineData("cron", "needs a command")]
    [InlineData("cron add x", "say when")]
    [InlineData("cron add x @daily", "say what to run")]
    [InlineData("cron add", "say when")]
    [InlineData("cron add --every 5m --type noop", "give the schedule's id")]
    [InlineData("cron show", "ID")]
    [InlineData("cron show a b", "one word too many")]
    [InlineData("cluster join", "--address")]
    [InlineData("run show", "RUNID")]
    // Values that cannot be.
    [InlineData("cron add x @daily --type noop --overlap maybe", "allow")]
    [InlineData("cron add x @daily --type noop --priority high", "not a whole number")]
    [InlineData("cron add x @daily --type noop --params [1]", "JSON object")]
    [InlineData("cron add x @daily --type noop --param novalue", "KEY=VALUE")]
    [InlineData("cron add x @daily --command a --url b", "two jobs")]
    [InlineData("cron add --file /nowhere/x.json", "/nowhere")]
    [InlineData("run list --from yesterdayish", "not a time")]
    [InlineData("run list --limit -1", "--limit: '-1' is not a whole number from 0 on")]
    [InlineData("run list --limit x", "--limit: 'x' is not a whole number from 0 on")]
    [InlineData("cron list --limit nope", "--limit: 'nope' is not a whole number from 0 on")]
    [InlineData("cron list -n 99999999999999999999", "is not a whole number")]
    [InlineData("cron list -n 1.5", "is not a whole number")]
    [InlineData("cron list -n", "--limit needs a value: N")]
    [InlineData("cron list --paused=maybe", "'maybe' is one word too many for 'pbm cron list'; --paused takes true, false or nothing")]
    [InlineData("cron import x --dry-run=maybe", "--dry-run takes true, false or nothing")]
    [InlineData("cron next x --count 0", "--count: '0' is not a whole number from 1 to 1000")]
    [InlineData("cron explain @daily --count many", "from 1 to 1000")]
    [InlineData("queue dead --limit 1e3", "from 1 to 1000")]
    [InlineData("log tail --lines x", "--lines: 'x' is not")]
    [InlineData("actor hierarchy --depth deep", "--depth: 'deep' is not")]
    [InlineData("run list --interval x", "--interval: 'x' is not a duration")]
    [InlineData("run tail x --interval x", "--interval: 'x' is not a duration")]
    [InlineData("run list --from P20000Y", "not a time")]
    [InlineData("run list --from 0001-01-01", "not within the years 1900 to 9000")]
    // Words that are none of a few.
    [InlineData("run list --state bogus", "--state: 'bogus' is no state; the states: dispatched, running")]
    [InlineData("run list --state failed,faild", "did you mean 'failed'")]
    [InlineData("log tail --level loud", "--level: ")]
    [InlineData("cron add x @daily --type noop --jitter bogus", "--jitter: 'bogus' is not a duration")]
    [InlineData("cron add x @daily --type noop --job-timeout 5", "--job-timeout: '5' is not a duration")]
    [InlineData("cron add x --every often --type noop", "--every: 'often' is not a duration")]
    [InlineData("cron add x @daily --type noop --create-only --replace", "--create-only")]
    [InlineData("cron set x", "KEY=VALUE")]
    [InlineData("cron set x timeout", "'timeout' is not KEY=VALUE")]
    [InlineData("cron set x timeot=5m", "did you mean 'timeout'?")]
    [InlineData("cron set x priority=high", "priority: 'high' is not a whole number")]
    [InlineData("cron set x paused=maybe", "paused: 'maybe' is not true or false")]
    [InlineData("cron set x job.params=5", "job.params: '5' is not a JSON object")]
    [InlineData("cron edit x", "set EDITOR")]
    [InlineData("--token-file / cron list", "--token-file")]
    [InlineData("-o yaml cron list", "json")]
    [InlineData("--timeout never cron list", "not a duration")]
    [InlineData("127.0.0.1:99999 cron list", "HOST:PORT")]
    [InlineData("cron show ..", "not an id")]
    [InlineData("help cron wy", "did you mean 'why'?")]
    public async Task A_wrong_command_line_is_exit_2_and_says_why(string line, string words)
    {
        var pbm = await PbmRun.Of(line.Split(' '));

        Assert.Equal((ExitCode.Usage, ""), (pbm.Exit, pbm.Out));
        Assert.Contains(words, pbm.Error);
    }

    [Fact]
    public async Task An_empty_id_is_a_usage_error_and_not_the_whole_list()
    {
        var pbm = await PbmRun.Of(_node, "cron", "show", "");

        Assert.Equal(ExitCode.Usage, pbm.Exit);
        Assert.Empty(_node.Requests);
    }

    [Theory]
    [InlineData("--help", "Examples:")]
    [InlineData("help", "cluster-sharding")]
    [InlineData("cron add --help", "--catch-up-window")]
    [InlineData("help run list", "--follow")]
    [InlineData("--version", "pbm ")]
    public async Task Help_and_version_need_no_node(string line, string words)
    {
        var pbm = await PbmRun.Of(line.Split(' '));

        Assert.Equal((ExitCode.Ok, ""), (pbm.Exit, pbm.Error));
        Assert.Contains(words, pbm.Out);
    }

    [Fact]
    public async Task Node_and_token_come_from_the_environment_unless_they_are_given()
    {
        _node.On("GET /api/v1/cluster", """{"members":[]}""");
        var environment = new Dictionary<string, string> { ["PBM_HOST"] = _node.Address, ["PBM_TOKEN"] = "from env" };

        await PbmRun.Of(["cluster", "show"], environment: environment);
        await PbmRun.Of(["cluster", "show", "--token", "given"], environment: environment);

        Assert.Equal(["Bearer from env", "Bearer given"], _node.Requests.Select(request => request.Headers.Authorization.ToString()));
    }
}
