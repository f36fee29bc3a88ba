namespace ActorCron.Node.Tests.Api;

public sealed class RouteWordTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Noop = """{ "cron": "* * * * *", "job": { "type": "noop" } }""";
    private readonly ApiServer _api = fixture.Server;

    [Theory]
    [InlineData("import")]
    [InlineData("actions")]
    [InlineData("next")]
    [InlineData("verdicts")]
    [InlineData("trigger")]
    [InlineData("words/next")]
    [InlineData("words/verdicts")]
    [InlineData("words/trigger")]
    [InlineData("words/pause")]
    [InlineData("words/resume")]
    [InlineData("words/backfill")]
    [InlineData("words/export")]
    public async Task A_schedule_that_is_called_like_a_call_is_created_shown_and_removed(string id)
    {
        var put = await _api.SendAsync("PUT", $"/api/v1/schedules/{id}", Noop);
        var get = await _api.SendAsync("GET", $"/api/v1/schedules/{id}");
        var encoded = await _api.SendAsync("GET", $"/api/v1/schedules/{id.Replace("/", "%2F")}");
        var remove = await _api.SendAsync("DELETE", $"/api/v1/schedules/{id}");

        Assert.Equal((201, 200, 200, 204), (put.Code, get.Code, encoded.Code, remove.Code));
        Assert.Equal(id, get.Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_question_about_a_schedule_that_is_there_comes_first()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/both", Noop);
        await _api.SendAsync("PUT", "/api/v1/schedules/both/next", Noop);

        Assert.True((await _api.SendAsync("GET", "/api/v1/schedules/both/next")).Json.TryGetProperty("next", out _));
        Assert.Equal("both/next", (await _api.SendAsync("GET", "/api/v1/schedules/both%2Fnext")).Json.GetProperty("id").GetString());
        Assert.Equal(404, (await _api.SendAsync("GET", "/api/v1/schedules/neither/next")).Code);
    }

    [Fact]
    public async Task The_one_id_that_could_not_be_shown_is_refused_in_every_way_in()
    {
        var put = await _api.SendAsync("PUT", "/api/v1/schedules/export", Noop);
        var line = await _api.SendAsync("POST", "/api/v1/schedules/import", """{ "id": "export", "cron": "* * * * *", "job": { "type": "noop" } }""", "application/x-ndjson");

        Assert.Equal((400, "id"), (put.Code, put.Field));
        Assert.Contains("export of all", put.Detail);
        Assert.Equal(1, line.Json.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task An_id_twice_in_one_import_is_an_error_with_both_lines_and_the_first_counts()
    {
        var lines = string.Join('\n', ["""{ "id": "twice", "cron": "1 * * * *", "job": { "type": "noop" } }""", "", """{ "id": "twice", "cron": "2 * * * *", "job": { "type": "noop" } }"""]);

        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import", lines, "application/x-ndjson");

        Assert.Equal((1, 1), (answer.Json.GetProperty("created").GetInt32(), answer.Json.GetProperty("failed").GetInt32()));
        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(3, error.GetProperty("line").GetInt32());
        Assert.Contains("on line 1 already", error.GetProperty("error").GetString());
        Assert.Equal("1 * * * *", (await _api.SendAsync("GET", "/api/v1/schedules/twice")).Json.GetProperty("cron").GetString());
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task Lines_of_an_import_end_with_any_of_the_three_line_ends(string end)
    {
        var prefix = $"ends{end.Length}{(int)end[0]}";
        var lines = string.Concat(Enumerable.Range(0, 3).Select(i => $$"""{ "id": "{{prefix}}/{{i}}", "cron": "* * * * *", "job": { "type": "noop" } }""" + end)) + "nonsense";

        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import", lines, "application/x-ndjson");

        Assert.Equal(3, answer.Json.GetProperty("created").GetInt32());
        Assert.Equal(4, Assert.Single(answer.Json.GetProperty("errors").EnumerateArray()).GetProperty("line").GetInt32());
    }
}
