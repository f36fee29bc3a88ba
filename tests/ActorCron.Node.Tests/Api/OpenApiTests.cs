using System.Text.Json;
using ActorCron.Node.Api;

namespace ActorCron.Node.Tests.Api;

/// <summary>The API's description says what the API does: no call more, no call less, nothing that leads nowhere.</summary>
public sealed class OpenApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task Every_call_is_described_and_nothing_else_is()
    {
        var document = (await _api.SendAsync("GET", "/openapi/v1.json")).Json;

        var described = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name.ToUpperInvariant()} {path.Name}"));
        var served = ApiHost.Routes(_api.Context).Select(route => $"{route.Method} {route.Template}");

        Assert.Equal(served.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_call_has_a_name_of_its_own()
    {
        var document = (await _api.SendAsync("GET", "/openapi/v1.json")).Json;

        foreach (var reference in Walk(document).Where(property => property.Name == "$ref").Select(property => property.Value.GetString()!))
            Assert.NotEqual(JsonValueKind.Undefined, reference[2..].Split('/').Aggregate(document, (at, name) => at.TryGetProperty(name, out var inner) ? inner : default).ValueKind);
        var names = Walk(document).Where(property => property.Name == "operationId").Select(property => property.Value.GetString()).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(typeof(ApiHost).Assembly.GetName().Version!.ToString(3), document.GetProperty("info").GetProperty("version").GetString());
    }

    [Fact]
    public async Task Answers_have_the_members_that_are_described()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/described", """{ "cron": "* * * * *", "job": { "type": "noop" } }""");
        var run = await _api.SendAsync("POST", "/api/v1/schedules/described/trigger");
        var document = (await _api.SendAsync("GET", "/openapi/v1.json")).Json;

        AssertMembers(document, "StoredSchedule", (await _api.SendAsync("GET", "/api/v1/schedules/described")).Json);
        AssertMembers(document, "SchedulePage", (await _api.SendAsync("GET", "/api/v1/schedules")).Json);
        AssertMembers(document, "Run", run.Json);
        AssertMembers(document, "RunPage", (await _api.SendAsync("GET", "/api/v1/runs")).Json);
        AssertMembers(document, "Cluster", (await _api.SendAsync("GET", "/api/v1/cluster")).Json);
        AssertMembers(document, "Explanation", (await _api.SendAsync("POST", "/api/v1/cron/explain", """{ "cron": "* * * * *" }""")).Json);
        AssertMembers(document, "ImportOutcome", (await _api.SendAsync("POST", "/api/v1/schedules/import?dryRun=true", "x", "application/x-ndjson")).Json);
        AssertMembers(document, "Problem", (await _api.SendAsync("GET", "/nothing")).Json);
    }

    private static void AssertMembers(JsonElement document, string schema, JsonElement answer)
    {
        var described = document.GetProperty("components").GetProperty("schemas").GetProperty(schema);
        var known = described.GetProperty("properties").EnumerateObject().Select(property => property.Name).ToHashSet();
        foreach (var member in answer.EnumerateObject()) Assert.Contains(member.Name, known);
        foreach (var required in described.GetProperty("required").EnumerateArray()) Assert.True(answer.TryGetProperty(required.GetString()!, out _), $"{schema} lacks {required}");
    }

    private static IEnumerable<JsonProperty> Walk(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().SelectMany(property => Walk(property.Value).Prepend(property)),
        JsonValueKind.Array => at.EnumerateArray().SelectMany(Walk),
        _ => [],
    };
}
