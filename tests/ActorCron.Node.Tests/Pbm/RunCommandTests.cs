using System.Text.Json.Nodes;
using ActorCron.Pbm;
using ActorCron.Pbm.Palettes.Run;

namespace ActorCron.Node.Tests.Pbm;

public sealed class RunCommandTests : IAsyncLifetime
{
    private const string RunId = "reports/nightly@2026-11-24T01:15Z";
    private const string RunPath = "/api/v1/runs/reports%2Fnightly%402026-11-24T01%3A15Z";
    private StubNode _node = null!;

    public async Task InitializeAsync() => _node = await StubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Every_filter_of_the_api_has_an_option()
    {
        _node.On("GET /api/v1/runs", """{"items":[],"next":null}""");

        var pbm = await PbmRun.Of(_node, "run", "list", "--schedule", "a/b", "--user", "u", "--state", "failed", "--queue", "q",
            "--from", "2026-11-24", "--to", "2026-11-25T01:00:00+01:00", "--limit", "7", "--after", "c+1");

        Assert.Equal("/api/v1/runs?schedule=a%2Fb&user=u&state=failed&queue=q&from=2026-11-24T00%3A00%3A00Z&to=2026-11-25T00%3A00%3A00Z&limit=7&after=c%2B1",
            _node.Requests.Single().Target);
        Assert.Equal((ExitCode.Ok, "", "No runs.\n"), (pbm.Exit, pbm.Out, pbm.Error));
    }

    [Fact]
    public async Task A_list_shows_state_time_and_result()
    {
        _node.On("GET /api/v1/runs", $$"""
            {"items":[{"runId":"{{RunId}}","state":"failed","trigger":"schedule","attempt":2,"started":"2026-11-24T01:15:00.120Z","finished":"2026-11-24T01:16:02.120Z",
                       "queue":"default","node":"n1:4053","exitCode":3,"error":null}],"next":"more"}
            """);

        var pbm = await PbmRun.Of(_node, "run", "list", "--limit", "1");

        Assert.Equal($"{RunId}  failed  schedule  2        2026-11-24 01:15:00.120Z  1m 2s  default  n1:4053  exit 3", pbm.Lines[1]);
        Assert.Contains("--after more", pbm.Error);
    }

    [Fact]
    public async Task Output_is_what_the_job_wrote_and_nothing_else()
    {
        _node.On($"GET {RunPath}", """{"state":"failed","output":"line 1\nno end","error":"exit code 1"}""");

        var pbm = await PbmRun.Of(_node, "run", "output", RunId);

        Assert.Equal((ExitCode.Ok, "line 1\nno end", "run failed: exit code 1\n"), (pbm.Exit, pbm.Out, pbm.Error));
    }

    [Theory]
    [InlineData("show", "r9")]
    [InlineData("output", "hello\n")]
    [InlineData("tail", "hello\n")]
    public async Task A_schedule_s_id_stands_for_its_newest_run(string command, string expected)
    {
        _node.Refuses("GET /api/v1/runs/a%2Fb", 404, """{"status":404,"detail":"There is no run 'a/b'."}""")
            .On("GET /api/v1/runs", """{"items":[{"runId":"r9"}],"next":"more"}""").On("GET /api/v1/runs/r9", """{"runId":"r9","state":"succeeded","attempt":1,"output":"hello\n"}""");

        var pbm = await PbmRun.Of(_node, "run", command, "a/b");

        Assert.Equal(ExitCode.Ok, pbm.Exit);
        Assert.Contains(expected, pbm.Out, StringComparison.Ordinal);
        Assert.Contains("run r9\n", pbm.Error, StringComparison.Ordinal);
        Assert.Contains("schedule=a%2Fb&limit=1", _node.Requests[1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_neither_a_run_nor_a_schedule_with_runs_is_refused_in_the_node_s_words()
    {
        _node.Refuses("GET /api/v1/runs/x", 404, """{"status":404,"detail":"There is no run 'x'."}""").On("GET /api/v1/runs", """{"items":[]}""");

        var pbm = await PbmRun.Of(_node, "run", "output", "x");

        Assert.Equal((ExitCode.Refused, "pbm: There is no run 'x'. (status 404 Not Found)\n"), (pbm.Exit, pbm.Error));
    }

    [Fact]
    public async Task A_tail_prints_what_is_new_until_the_run_ends()
    {
        foreach (var (state, attempt, output) in new[] { ("dispatched", 0, ""), ("running", 1, "a\n"), ("running", 1, "a\nb\n"), ("running", 2, "again\n"), ("succeeded", 2, "again\nc\n") })
            _node.On($"GET {RunPath}", $$"""{"state":"{{state}}","attempt":{{attempt}},"output":{{JsonValue.Create(output).ToJsonString()}},"node":"n1:1"}""");

        var pbm = await PbmRun.Of(_node, "run", "tail", RunId, "--interval", "10ms");

        Assert.Equal((ExitCode.Ok, "a\nb\nagain\nc\n"), (pbm.Exit, pbm.Out));
        Assert.Equal(["run dispatched: on n1:1", "run running: on n1:1", "run succeeded: attempt 2, on n1:1"], pbm.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Ctrl_C_is_the_normal_end_of_a_tail()
    {
        _node.On($"GET {RunPath}", """{"state":"running","attempt":1,"output":"a\n"}""");
        using var ctrlC = new CancellationTokenSource();
        _node.OnRequest = _ =>
        {
            if (_node.Requests.Count >= 2) ctrlC.Cancel();
            return Task.CompletedTask;
        };

        var pbm = await PbmRun.Of([_node.Address, "run", "tail", RunId, "--interval", "10ms"], cancelled: ctrlC.Token);

        Assert.Equal((ExitCode.Ok, "a\n"), (pbm.Exit, pbm.Out));
    }

    [Fact]
    public async Task A_tail_outlives_a_node_that_is_away_for_a_moment()
    {
        _node.On($"GET {RunPath}", """{"state":"running","output":"a\n"}""").Refuses($"GET {RunPath}", 503, """{"detail":"store away"}""").On($"GET {RunPath}", """{"state":"succeeded","output":"a\nb\n"}""");

        var pbm = await PbmRun.Of(_node, "run", "tail", RunId, "--interval", "10ms");

        Assert.Equal((ExitCode.Ok, "a\nb\n"), (pbm.Exit, pbm.Out));
    }

    [Fact]
    public async Task Follow_prints_each_run_once_and_again_when_its_state_changes()
    {
        _node.On("GET /api/v1/runs", """{"items":[{"runId":"b","state":"running","attempt":1},{"runId":"a","state":"succeeded","attempt":1}],"next":"x"}""")
            .On("GET /api/v1/runs", """{"items":[{"runId":"b","state":"running","attempt":1}],"next":"x"}""")
            .On("GET /api/v1/runs", """{"items":[{"runId":"c","state":"running","attempt":1},{"runId":"b","state":"failed","attempt":1}],"next":"x"}""");
        using var ctrlC = new CancellationTokenSource();
        _node.OnRequest = _ =>
        {
            if (_node.Requests.Count >= 4) ctrlC.Cancel();
            return Task.CompletedTask;
        };

        var pbm = await PbmRun.Of([_node.Address, "-o", "json", "run", "list", "--follow", "--interval", "10ms"], cancelled: ctrlC.Token);

        Assert.Equal(["a succeeded", "b running", "b failed", "c running"], pbm.Lines.Select(line => JsonNode.Parse(line)!).Select(run => $"{run["runId"]} {run["state"]}"));
        Assert.Equal(ExitCode.Ok, pbm.Exit);
    }

    [Fact]
    public async Task Follow_sees_the_end_of_a_run_that_newer_ones_have_pushed_off_the_page()
    {
        _node.On("GET /api/v1/runs", """{"items":[{"runId":"old","state":"running","attempt":1}],"next":null}""")
            .On("GET /api/v1/runs", """{"items":[{"runId":"new","state":"succeeded","attempt":1}],"next":null}""")
            .On("GET /api/v1/runs/old", """{"runId":"old","state":"failed","attempt":1}""");
        using var ctrlC = new CancellationTokenSource();
        _node.OnRequest = _ =>
        {
            if (_node.Requests.Count >= 5) ctrlC.Cancel();
            return Task.CompletedTask;
        };

        var pbm = await PbmRun.Of([_node.Address, "-o", "json", "run", "list", "--follow", "--interval", "10ms"], cancelled: ctrlC.Token);

        Assert.Contains(pbm.Lines, line => line.Contains("old") && line.Contains("failed"));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("retry")]
    public async Task Cancel_and_retry_are_posted(string command)
    {
        _node.On($"POST {RunPath}/{command}", "", 202);

        var pbm = await PbmRun.Of(_node, "run", command, RunId);

        Assert.Equal(ExitCode.Ok, pbm.Exit);
    }

    [Theory]
    // Grown; unchanged; the middle left out with the last words still there; and without them.
    [InlineData("ab", "abc", "c")]
    [InlineData("ab", "ab", "")]
    [InlineData("head 1 2 3", "head […] 2 3 4", " 4")]
    [InlineData("head 1 2 3", "head […] 8 9", "\n[... some output is not kept ...]\n[…] 8 9")]
    public void The_growth_of_an_output_is_found_although_its_middle_is_left_out(string before, string now, string expected)
    {
        if (before.StartsWith("head", StringComparison.Ordinal) && expected == " 4")
            (before, now) = (new string('x', 300) + before, "head […]" + new string('x', 300) + before + expected);

        Assert.Equal(expected, OutputGrowth.Since(before, now));
    }
}
