using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Tests.Api;

public sealed class RunApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly Schedule Any = new() { Id = "r", Time = new() { Cron = "* * * * *" }, Job = new("noop", "{}") };
    private readonly ApiServer _api = fixture.Server;

    [Theory]
    [InlineData("reports/nightly@2026-11-24T01:15Z", "/api/v1/runs/reports/nightly@2026-11-24T01:15Z")]
    [InlineData("reports/nightly@2026-11-24T01:16Z", "/api/v1/runs/reports%2Fnightly%402026-11-24T01%3A16Z")]
    [InlineData("foreign id with spaces ✓", "/api/v1/runs/foreign%20id%20with%20spaces%20%E2%9C%93")]
    [InlineData("ends/cancel", "/api/v1/runs/ends%2Fcancel")]
    public async Task A_run_is_found_by_its_id_however_it_is_written(string id, string path)
    {
        _api.Gateway.Runs[id] = FakeGateway.Run(id, "s", RunState.Succeeded, Any);

        var answer = await _api.SendAsync("GET", path);

        Assert.Equal((id, "succeeded", "hello\n"), (Text(answer, "runId"), Text(answer, "state"), Text(answer, "output")));
    }

    [Fact]
    public async Task A_run_is_cancelled_or_retried_only_in_the_right_state()
    {
        _api.Gateway.Runs["c/running"] = FakeGateway.Run("c/running", "s", RunState.Running, Any);
        _api.Gateway.Runs["c/ended"] = FakeGateway.Run("c/ended", "s", RunState.Failed, Any);

        var cancel = await _api.SendAsync("POST", "/api/v1/runs/c/running/cancel");
        var cancelEnded = await _api.SendAsync("POST", "/api/v1/runs/c/ended/cancel");
        var retry = await _api.SendAsync("POST", "/api/v1/runs/c%2Fended/retry");
        var retryRunning = await _api.SendAsync("POST", "/api/v1/runs/c/running/retry");

        Assert.Equal((200, 409, 202, 409), (cancel.Code, cancelEnded.Code, retry.Code, retryRunning.Code));
        Assert.Equal("The run has ended.", cancelEnded.Detail);
    }

    [Fact]
    public async Task Runs_are_paged_and_streamed()
    {
        for (var i = 0; i < 1234; i++) _api.Gateway.Runs[$"many@{i:D4}"] = FakeGateway.Run($"many@{i:D4}", "many", i % 2 == 0 ? RunState.Succeeded : RunState.TimedOut, Any);

        var page = await _api.SendAsync("GET", "/api/v1/runs?schedule=many&state=timedOut,failed&limit=2");
        var all = await _api.SendAsync("GET", "/api/v1/runs?schedule=many", headers: ("Accept", "application/x-ndjson"));
        var some = await _api.SendAsync("GET", "/api/v1/runs?schedule=many&limit=10", headers: ("Accept", "application/x-ndjson"));

        Assert.Equal(["many@1233", "many@1231"], page.Json.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("runId").GetString()));
        Assert.Equal("many@1231", Text(page, "next"));
        Assert.Null(page.Json.GetProperty("items")[0].GetProperty("output").GetString());
        Assert.Equal(("application/x-ndjson", 1234), (all.ContentType, all.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(10, some.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Verdicts_say_what_became_of_each_occurrence()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/why", """{ "cron": "* * * * *", "job": { "type": "noop" } }""");
        _api.Gateway.Verdicts.Add(new(DateTimeOffset.UnixEpoch, "skipped", "an earlier run was still going", "why@1970-01-01T00:00Z"));

        var answer = await _api.SendAsync("GET", "/api/v1/schedules/why/verdicts?from=1970-01-01T00:00:00Z&to=1970-01-01T01:00:00Z");

        var verdict = answer.Json.GetProperty("items")[0];
        Assert.Equal(("skipped", "an earlier run was still going"), (verdict.GetProperty("verdict").GetString(), verdict.GetProperty("reason").GetString()));
    }

    private static string? Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString();
}
