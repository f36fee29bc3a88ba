using System.Text.Json;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Tests.Api;

public sealed class SchedulePatchTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Merge = "application/merge-patch+json";
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task What_a_patch_does_not_name_stays()
    {
        await PutAsync("patch/keeps", """{ "cron": "@daily", "tags": ["a"], "description": "d", "paused": true, "retry": { "maxAttempts": 3, "delay": "5s" }, "job": { "type": "noop", "params": { "sleepMs": 1, "fail": false } } }""");

        var patched = await _api.SendAsync("PATCH", "/api/v1/schedules/patch/keeps", """{ "timeout": "2h", "retry": { "maxAttempts": 5 }, "job": { "params": { "sleepMs": 2 } } }""", Merge);

        Assert.Equal(200, patched.Code);
        var json = patched.Json;
        Assert.Equal(("PT2H", "d", true), (json.GetProperty("timeout").GetString(), json.GetProperty("description").GetString(), json.GetProperty("paused").GetBoolean()));
        Assert.Equal((5, "PT5S"), (json.GetProperty("retry").GetProperty("maxAttempts").GetInt32(), json.GetProperty("retry").GetProperty("delay").GetString()));
        Assert.Equal("""{"sleepMs":2,"fail":false}""", json.GetProperty("job").GetProperty("params").GetRawText());
        Assert.Equal("a", json.GetProperty("tags")[0].GetString());
        Assert.Equal(patched.Headers["ETag"], $"\"{json.GetProperty("revision").GetInt64()}\"");
    }

    [Fact]
    public async Task Null_brings_the_default_back_and_takes_a_param_away()
    {
        await PutAsync("patch/null", """{ "cron": "@daily", "timeout": "5m", "endAt": "2099-01-01T00:00:00Z", "job": { "type": "noop", "params": { "sleepMs": 1 } } }""");

        var json = (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/null", """{ "timeout": null, "endAt": null, "cron": null, "every": "90s", "job": { "params": { "sleepMs": null } } }""", Merge)).Json;

        Assert.Equal(("PT1H", JsonValueKind.Null, "{}"), (json.GetProperty("timeout").GetString(), json.GetProperty("endAt").ValueKind, json.GetProperty("job").GetProperty("params").GetRawText()));
        Assert.Equal("PT1M30S", json.GetProperty("every").GetString());
        Assert.False(json.TryGetProperty("cron", out _));
    }

    [Theory]
    [InlineData("""{ "cron": "61 * * * *" }""", 400, "cron")]
    [InlineData("""{ "every": "5m" }""", 400, "every")]
    [InlineData("""{ "timeot": "5m" }""", 400, "timeot")]
    [InlineData("""{ "id": "other" }""", 400, "id")]
    [InlineData("""{ "job": { "type": "nope" } }""", 400, "job.type")]
    [InlineData("""{ "job": null }""", 400, "job")]
    [InlineData("[1]", 400, "body")]
    [InlineData("{", 400, "body")]
    [InlineData("""{ "queue": "a", "queue": "b" }""", 400, "body")]
    public async Task A_patch_that_would_make_no_schedule_changes_nothing(string patch, int status, string field)
    {
        await PutAsync("patch/bad", """{ "cron": "@daily", "job": { "type": "noop" } }""");
        var before = (await _api.SendAsync("GET", "/api/v1/schedules/patch/bad")).Text;

        var answer = await _api.SendAsync("PATCH", "/api/v1/schedules/patch/bad", patch, Merge);

        Assert.Equal((status, field), (answer.Code, answer.Field));
        Assert.Equal(before, (await _api.SendAsync("GET", "/api/v1/schedules/patch/bad")).Text);
    }

    [Fact]
    public async Task Null_ends_a_pause_as_it_brings_any_default_back()
    {
        await PutAsync("patch/paused", """{ "cron": "@daily", "paused": true, "job": { "type": "noop" } }""");

        var json = (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/paused", """{ "paused": null }""", Merge)).Json;

        Assert.False(json.GetProperty("paused").GetBoolean());
        Assert.False((await _api.Gateway.GetAsync("patch/paused", default))!.Schedule.KeepsPause);
    }

    [Fact]
    public async Task If_match_is_honoured_and_a_missing_schedule_is_not_made()
    {
        var etag = (await PutAsync("patch/etag", """{ "cron": "@daily", "job": { "type": "noop" } }""")).Headers["ETag"];

        Assert.Equal(412, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/etag", """{ "priority": 1 }""", Merge, ("If-Match", "\"0\""))).Code);
        Assert.Equal(200, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/etag", """{ "priority": 1 }""", Merge, ("If-Match", etag))).Code);
        Assert.Equal(200, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/etag", """{ "priority": 2 }""", "application/json", ("If-Match", "*"))).Code);
        Assert.Equal(400, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/etag", "{}", Merge, ("If-None-Match", "*"))).Code);
        Assert.Equal(404, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/none", "{}", Merge)).Code);
        Assert.Equal(415, (await _api.SendAsync("PATCH", "/api/v1/schedules/patch/etag", "{}", "text/plain")).Code);
    }

    [Fact]
    public async Task Patches_of_the_same_instant_all_count()
    {
        await PutAsync("patch/race", """{ "cron": "@daily", "job": { "type": "noop", "params": {} } }""");
        string[] fields = ["\"priority\": 7", "\"description\": \"d\"", "\"timeout\": \"5m\"", "\"overlap\": \"skip\"", "\"jitter\": \"5s\"", "\"queue\": \"q\""];

        var answers = await Task.WhenAll(fields.Select(field => _api.SendAsync("PATCH", "/api/v1/schedules/patch/race", $"{{ {field} }}", Merge)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Code));
        var json = (await _api.SendAsync("GET", "/api/v1/schedules/patch/race")).Json;
        Assert.Equal((7, "d", "PT5M", "skip", "PT5S", "q"), (json.GetProperty("priority").GetInt32(), json.GetProperty("description").GetString(), json.GetProperty("timeout").GetString(),
            json.GetProperty("overlap").GetString(), json.GetProperty("jitter").GetString(), json.GetProperty("queue").GetString()));
    }

    [Fact]
    public async Task An_entry_of_a_crontab_stays_one_while_its_command_stays()
    {
        var entry = new Schedule { Id = "patch/crontab", Time = new() { Cron = "@daily" }, Job = new("noop", "{}"), CrontabEntry = true, FromCrontab = true, RunAs = "www-data" };
        await _api.Gateway.PutAsync(entry, Precondition.None, default);

        await _api.SendAsync("PATCH", "/api/v1/schedules/patch/crontab", """{ "paused": true }""", Merge);
        var paused = (await _api.Gateway.GetAsync("patch/crontab", default))!.Schedule;
        await _api.SendAsync("PATCH", "/api/v1/schedules/patch/crontab", """{ "job": { "params": { "sleepMs": 1 } } }""", Merge);
        var changed = (await _api.Gateway.GetAsync("patch/crontab", default))!.Schedule;

        Assert.Equal((true, true, true), (paused.Paused, paused.CrontabEntry, paused.FromCrontab));
        // Without it the command would run as whom the node's shell jobs run.
        Assert.Equal("www-data", paused.RunAs);
        Assert.Equal((false, false), (changed.CrontabEntry, changed.FromCrontab));
        Assert.Null(changed.RunAs);
    }

    private Task<Answer> PutAsync(string id, string document) => _api.SendAsync("PUT", $"/api/v1/schedules/{id}", document);
}
