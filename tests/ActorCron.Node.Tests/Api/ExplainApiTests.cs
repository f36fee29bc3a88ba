namespace ActorCron.Node.Tests.Api;

public sealed class ExplainApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task A_rule_is_put_into_words_with_its_next_occurrences()
    {
        var answer = await _api.SendAsync("POST", "/api/v1/cron/explain", """{ "cron": "30 2 * * sun", "timeZone": "Europe/Berlin", "count": 2, "from": "2026-03-25T00:00:00Z" }""");

        Assert.Equal(200, answer.Code);
        Assert.NotEmpty(answer.Json.GetProperty("description").GetString()!);
        // 02:30 does not exist on the 29th: it runs right after the gap.
        Assert.Equal(["2026-03-29T01:00:00.000Z", "2026-04-05T00:30:00.000Z"], answer.Json.GetProperty("next").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal("2026-04-05T02:30:00+02:00", answer.Json.GetProperty("nextLocal")[1].GetString());
        Assert.NotEmpty(answer.Json.GetProperty("notes").EnumerateArray());
    }

    [Theory]
    [InlineData("""{ "minute": 0, "hour": "2" }""", 200, null)]
    [InlineData("""{ "every": "90s", "startAt": "2026-01-01T00:00:00Z" }""", 200, null)]
    [InlineData("""{ "at": "2030-01-01T00:00:00Z" }""", 200, null)]
    [InlineData("""{ "cron": "0 2 * * *", "dst": { "gap": "skip", "overlap": "both" } }""", 200, null)]
    [InlineData("{}", 400, "cron")]
    [InlineData("""{ "cron": "0 2 * * *", "every": "90s" }""", 400, "cron")]
    [InlineData("""{ "cron": "0 25 * * *" }""", 400, "cron")]
    [InlineData("""{ "cron": "0 2 * * *", "timeZone": "Nowhere" }""", 400, "timeZone")]
    [InlineData("""{ "cron": "0 2 * * *", "count": 0 }""", 400, "count")]
    [InlineData("""{ "cron": "0 2 * * *", "count": "5" }""", 400, "count")]
    [InlineData("""{ "cron": 5 }""", 400, "cron")]
    [InlineData("""{ "cron": "0 2 * * *", "dst": { "gap": "Skip" } }""", 400, "dst.gap")]
    [InlineData("""{ "cron": "0 2 * * *", "dst": { "gaps": "skip" } }""", 400, "dst.gaps")]
    [InlineData("""{ "every": "soon" }""", 400, "every")]
    public async Task Every_kind_of_rule_is_explained_or_refused_by_field(string body, int status, string? field)
    {
        var answer = await _api.SendAsync("POST", "/api/v1/cron/explain", body);

        Assert.Equal(status, answer.Code);
        if (field is not null) Assert.Equal(field, answer.Field);
    }
}
