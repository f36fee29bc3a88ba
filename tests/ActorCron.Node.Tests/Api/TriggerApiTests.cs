using System.Text.Json;

namespace ActorCron.Node.Tests.Api;

public sealed class TriggerApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task Params_of_a_trigger_take_the_place_of_the_schedules_and_are_shown()
    {
        await PutAsync("own", """{ "type": "noop", "params": { "sleepMs": 1 } }""");

        var plain = await TriggerAsync("own", null);
        var own = await TriggerAsync("own", """{ "params": { "sleepMs": 2 } }""");

        Assert.Equal((202, 202), (plain.Code, own.Code));
        Assert.False(plain.Json.TryGetProperty("params", out _));
        Assert.Equal(2, own.Json.GetProperty("params").GetProperty("sleepMs").GetInt32());
        Assert.Equal(2, own.Json.GetProperty("job").GetProperty("params").GetProperty("sleepMs").GetInt32());
    }

    [Theory]
    [InlineData("""{ "parms": {} }""", "parms")]
    [InlineData("""{ "params": {}, "queue": "q" }""", "queue")]
    [InlineData("""{ "params": "x" }""", "params")]
    [InlineData("""{ "params": { "sleepMs": "x" } }""", "params")]
    [InlineData("""{ "params": { "nap": 1 } }""", "params")]
    [InlineData("[]", "body")]
    [InlineData("{", "body")]
    public async Task What_nobody_would_heed_is_refused_and_makes_no_run(string body, string field)
    {
        await PutAsync("strict", """{ "type": "noop" }""");
        var before = _api.Gateway.Runs.Count;

        var answer = await TriggerAsync("strict", body);

        Assert.Equal((400, field), (answer.Code, answer.Field));
        Assert.Equal(before, _api.Gateway.Runs.Count);
    }

    [Fact]
    public async Task The_same_key_answers_with_the_same_run()
    {
        await PutAsync("keyed", """{ "type": "noop" }""");

        var first = await TriggerAsync("keyed", null, "k-1");
        var second = await TriggerAsync("keyed", null, "k-1");
        var other = await TriggerAsync("keyed", null, "k-2");
        var differs = await TriggerAsync("keyed", """{ "params": { "sleepMs": 2 } }""", "k-1");

        Assert.Equal((202, 202, 202), (first.Code, second.Code, other.Code));
        Assert.Equal(RunId(first), RunId(second));
        Assert.NotEqual(RunId(first), RunId(other));
        Assert.Equal((409, "Idempotency-Key"), (differs.Code, differs.Field));
    }

    [Fact]
    public async Task A_key_has_bounds()
    {
        await PutAsync("bounds", """{ "type": "noop" }""");

        Assert.Equal(400, (await TriggerAsync("bounds", null, new string('x', 256))).Code);
        Assert.Equal(400, (await TriggerAsync("bounds", null, " ")).Code);
        Assert.Equal(202, (await TriggerAsync("bounds", null, new string('x', 255))).Code);
    }

    [Theory]
    [InlineData("/api/v1/schedules/calls/resume")]
    [InlineData("/api/v1/runs/calls@manual-1/cancel")]
    [InlineData("/api/v1/runs/calls@manual-1/retry")]
    public async Task Calls_without_fields_refuse_any(string path)
    {
        await PutAsync("calls", """{ "type": "noop" }""");

        var answer = await _api.SendAsync("POST", path, """{ "because": "x" }""");

        Assert.Equal((400, "because"), (answer.Code, answer.Field));
        Assert.NotEqual(400, (await _api.SendAsync("POST", path)).Code);
        Assert.NotEqual(400, (await _api.SendAsync("POST", path, "{}")).Code);
    }

    [Fact]
    public async Task What_the_nodes_own_crontab_may_run_is_its_line_alone()
    {
        await using var api = await ApiServer.StartAsync();
        var entry = new Core.Schedules.Schedule
        {
            Id = "crontab/x", Time = new Core.Time.TimeSpec { Cron = "* * * * *" }, Job = new Core.Jobs.JobSpec("shell", """{"command":"true"}"""), FromCrontab = true, CrontabEntry = true,
        };
        await api.Gateway.PutAsync(entry, Core.Schedules.Precondition.None, default);

        var answer = await api.SendAsync("POST", "/api/v1/schedules/crontab/x/trigger", """{ "params": { "command": "id" } }""");

        Assert.Equal((400, "params"), (answer.Code, answer.Field));
        Assert.Equal(202, (await api.SendAsync("POST", "/api/v1/schedules/crontab/x/trigger")).Code);
    }

    private Task<Answer> PutAsync(string id, string job) => _api.SendAsync("PUT", $"/api/v1/schedules/{id}", $$"""{ "cron": "* * * * *", "job": {{job}} }""");

    private Task<Answer> TriggerAsync(string id, string? body, string? key = null) =>
        _api.SendAsync("POST", $"/api/v1/schedules/{id}/trigger", body, headers: key is null ? [] : [("Idempotency-Key", key)]);

    private static string? RunId(Answer answer) => answer.Json.GetProperty("runId").GetString();
}
