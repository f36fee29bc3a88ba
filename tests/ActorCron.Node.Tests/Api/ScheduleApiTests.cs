using System.Text.Json;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Tests.Api;

public sealed class ScheduleApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Noop = """{ "cron": "15 2 * * mon-fri", "timeZone": "Europe/Berlin", "job": { "type": "noop" } }""";
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task A_schedule_is_created_read_replaced_and_removed()
    {
        var created = await _api.SendAsync("PUT", "/api/v1/schedules/one", Noop);
        var same = await _api.SendAsync("PUT", "/api/v1/schedules/one", Noop);
        var updated = await _api.SendAsync("PUT", "/api/v1/schedules/one", Noop.Replace("15 2", "16 2"));
        var read = await _api.SendAsync("GET", "/api/v1/schedules/one");
        var removed = await _api.SendAsync("DELETE", "/api/v1/schedules/one");
        var gone = await _api.SendAsync("GET", "/api/v1/schedules/one");

        Assert.Equal([201, 200, 200, 200, 204, 404], new[] { created, same, updated, read, removed, gone }.Select(answer => answer.Code));
        Assert.Equal("/api/v1/schedules/one", created.Headers["Location"]);
        Assert.Equal(created.Headers["ETag"], same.Headers["ETag"]);
        Assert.NotEqual(created.Headers["ETag"], updated.Headers["ETag"]);
        Assert.Equal(("one", "16 2 * * mon-fri", "default"), (Text(read.Json, "id"), Text(read.Json, "cron"), Text(read.Json, "user")));
        Assert.Equal("There is no schedule 'one'.", gone.Detail);
        Assert.Equal("application/problem+json", gone.ContentType);
    }

    [Theory]
    // A slash as it is or percent-encoded, and a word that is also an action.
    [InlineData("/api/v1/schedules/team/report", "team/report")]
    [InlineData("/api/v1/schedules/team%2Freport", "team/report")]
    [InlineData("/api/v1/schedules/team%2freport%2Fnext", "team/report/next")]
    [InlineData("/api/v1/schedules/a:b.c_d-e", "a:b.c_d-e")]
    [InlineData("/api/v1/schedules/a%3Ab", "a:b")]
    [InlineData("/api/v1/schedules/next", "next")]
    [InlineData("/api/v1/schedules/trigger%2Ftrigger", "trigger/trigger")]
    [InlineData("/api/v1/schedules/%65xports", "exports")]
    [InlineData("/api/v1/schedules/a//b", "a//b")]
    public async Task Ids_are_taken_from_the_address_as_it_was_sent(string path, string id)
    {
        Assert.Equal(201, (await _api.SendAsync("PUT", path, Noop, headers: ("If-None-Match", "*"))).Code);

        var read = await _api.SendAsync("GET", path);

        Assert.Equal(id, Text(read.Json, "id"));
        Assert.Equal(204, (await _api.SendAsync("DELETE", path)).Code);
    }

    [Fact]
    public async Task A_literal_action_belongs_to_the_schedule_before_it()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/act/on", Noop);

        var next = await _api.SendAsync("GET", "/api/v1/schedules/act/on/next?count=3&from=2026-11-20T00:00:00Z");
        var trigger = await _api.SendAsync("POST", "/api/v1/schedules/act/on/trigger");
        var pause = await _api.SendAsync("POST", "/api/v1/schedules/act%2Fon/pause");
        var resume = await _api.SendAsync("POST", "/api/v1/schedules/act/on/resume");

        Assert.Equal(["2026-11-20T01:15:00.000Z", "2026-11-23T01:15:00.000Z", "2026-11-24T01:15:00.000Z"], next.Json.GetProperty("next").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(202, trigger.Code);
        Assert.StartsWith("act/on@manual-", Text(trigger.Json, "runId"));
        Assert.True(pause.Json.GetProperty("paused").GetBoolean());
        Assert.False(resume.Json.GetProperty("paused").GetBoolean());
    }

    [Theory]
    [InlineData("If-None-Match", "*", 412, "If-None-Match")]
    [InlineData("If-Match", "\"999999\"", 412, "If-Match")]
    [InlineData("If-Match", "W/\"1\"", 412, "If-Match")]
    [InlineData("If-Match", "nonsense", 412, "If-Match")]
    [InlineData("If-Match", "*", 200, null)]
    [InlineData("If-Match", "\"1\", \"2\"", 400, "If-Match")]
    [InlineData("If-None-Match", "\"1\"", 400, "If-None-Match")]
    public async Task Preconditions_are_honoured(string header, string value, int status, string? field)
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/pre", Noop);

        var answer = await _api.SendAsync("PUT", "/api/v1/schedules/pre", Noop, headers: (header, value));

        Assert.Equal(status, answer.Code);
        if (field is not null) Assert.Equal(field, answer.Field);
    }

    [Fact]
    public async Task A_revision_that_is_current_lets_a_write_through_and_a_read_answer_304()
    {
        var etag = (await _api.SendAsync("PUT", "/api/v1/schedules/etag", Noop)).Headers["ETag"];

        Assert.Equal(304, (await _api.SendAsync("GET", "/api/v1/schedules/etag", headers: ("If-None-Match", etag))).Code);
        Assert.Equal(200, (await _api.SendAsync("PUT", "/api/v1/schedules/etag", Noop.Replace("15", "16"), headers: ("If-Match", etag))).Code);
        Assert.Equal(412, (await _api.SendAsync("DELETE", "/api/v1/schedules/etag", headers: ("If-Match", etag))).Code);
        Assert.Equal(200, (await _api.SendAsync("GET", "/api/v1/schedules/etag", headers: ("If-None-Match", etag))).Code);
        Assert.Equal(412, (await _api.SendAsync("PUT", "/api/v1/schedules/etag-absent", Noop, headers: ("If-Match", "*"))).Code);
    }

    [Fact]
    public async Task A_list_goes_on_where_the_last_page_ended()
    {
        foreach (var id in (string[])["list/a", "list/b", "list/c"]) await _api.SendAsync("PUT", $"/api/v1/schedules/{id}", Noop);

        var first = await _api.SendAsync("GET", "/api/v1/schedules?prefix=list%2F&limit=2");
        var second = await _api.SendAsync("GET", $"/api/v1/schedules?prefix=list/&limit=2&after={Uri.EscapeDataString(Text(first.Json, "next")!)}");

        Assert.Equal(["list/a", "list/b"], Ids(first.Json));
        Assert.Equal(["list/c"], Ids(second.Json));
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task An_export_is_an_import()
    {
        for (var i = 0; i < 1200; i++) await _api.Gateway.PutAsync(new Core.Schedules.Schedule { Id = $"dump/{i:D4}", Time = new() { Cron = "* * * * *" }, Job = new("noop", "{}") }, Precondition.None, default);

        var export = await _api.SendAsync("GET", "/api/v1/schedules/export?prefix=dump/");
        var import = await _api.SendAsync("POST", "/api/v1/schedules/import", export.Text, "application/x-ndjson; charset=utf-8");

        Assert.Equal("application/x-ndjson", export.ContentType);
        Assert.Equal(1200, export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal((0, 0, 1200, 0), Counts(import.Json));
    }

    [Fact]
    public async Task Good_lines_of_an_import_are_taken_and_bad_ones_are_named()
    {
        var good = """{ "id": "imp/a", "cron": "* * * * *", "job": { "type": "noop" } }""";
        var body = string.Join('\n', good, "", "{ broken", """{ "id": "imp/b", "cron": "61 * * * *", "job": { "type": "noop" } }""", """{ "id": "imp/c", "cron": "* * * * *", "job": { "type": "nonsense" } }""", "   ", good.Replace("imp/a", "imp/d") + "\r", new string('x', 300_000), good.Replace("imp/a", "imp/e"));

        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import", body, "application/x-ndjson");

        Assert.Equal(200, answer.Code);
        Assert.Equal((3, 0, 0, 4), Counts(answer.Json));
        var errors = answer.Json.GetProperty("errors").EnumerateArray().ToDictionary(error => error.GetProperty("line").GetInt32(), error => Text(error, "error")!);
        Assert.Equal([3, 4, 5, 8], errors.Keys);
        Assert.StartsWith("cron", errors[4]);
        Assert.StartsWith("job.type: unknown job type 'nonsense'", errors[5]);
        Assert.Contains("longer than 256 KiB", errors[8]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import?dryRun=true", """{ "id": "dry/a", "cron": "* * * * *", "job": { "type": "noop" } }""", "application/x-ndjson");

        Assert.Equal((1, 0, 0, 0), Counts(answer.Json));
        Assert.Equal(404, (await _api.SendAsync("GET", "/api/v1/schedules/dry/a")).Code);
    }

    [Fact]
    public async Task Of_very_many_bad_lines_all_are_counted_and_the_first_thousand_are_named()
    {
        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import", string.Concat(Enumerable.Repeat("nonsense\n", 5000)), "application/x-ndjson");

        Assert.Equal((0, 0, 0, 5000), Counts(answer.Json));
        Assert.Equal(1000, answer.Json.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task A_crontab_is_kept_in_step()
    {
        const string path = "/api/v1/schedules/import?user=ann&prefix=ann/&timeZone=Europe/Berlin";
        var first = await _api.SendAsync("POST", path, "# name: a\n0 5 * * * echo a\n# name: b\n@hourly echo b\n", "text/plain");
        var second = await _api.SendAsync("POST", path, "# name: a\n0 6 * * * echo a\nnonsense line\n", "text/plain; charset=utf-8");
        var third = await _api.SendAsync("POST", path, "# name: a\n0 6 * * * echo a\n", "text/plain");

        Assert.Equal((2, 0, 0, 0), Counts(first.Json));
        Assert.Equal((0, 1, 0, 1), Counts(second.Json));
        Assert.Equal(0, second.Json.GetProperty("removed").GetInt32());
        Assert.Equal((0, 0, 1, 0), Counts(third.Json));
        Assert.Equal(1, third.Json.GetProperty("removed").GetInt32());
        var stored = await _api.SendAsync("GET", "/api/v1/schedules/ann/a");
        Assert.Equal(("0 6 * * *", "Europe/Berlin", "ann"), (Text(stored.Json, "cron"), Text(stored.Json, "timeZone"), Text(stored.Json, "user")));
    }

    [Fact]
    public async Task A_crontab_line_that_is_not_UTF_8_is_named_and_its_neighbours_count()
    {
        var latin1 = System.Text.Encoding.Latin1.GetBytes("# für alle\n0 5 * * * echo a\n0 6 * * * echo ä\n0 7 * * * echo b\n");

        var answer = await _api.SendAsync("POST", "/api/v1/schedules/import?user=kim&prefix=kim/", latin1, "text/plain");

        Assert.Equal((200, (2, 0, 0, 1)), (answer.Code, Counts(answer.Json)));
        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal((3, "column 16: something stands here that is not UTF-8"), (error.GetProperty("line").GetInt32(), Text(error, "error")));
    }

    [Fact]
    public async Task A_store_that_is_away_stops_an_import_with_the_counts_so_far()
    {
        _api.Gateway.Fault = new Actors.Gateway.UnavailableException("The store is away.");
        try
        {
            var answer = await _api.SendAsync("POST", "/api/v1/schedules/import", """{ "id": "x", "cron": "* * * * *", "job": { "type": "noop" } }""", "application/x-ndjson");

            Assert.Equal(503, answer.Code);
            Assert.Equal("5", answer.Headers["Retry-After"]);
            Assert.Equal(0, answer.Json.GetProperty("created").GetInt32());
        }
        finally
        {
            _api.Gateway.Fault = null;
        }
    }

    [Fact]
    public async Task Due_schedules_are_listed_for_an_instant()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/due/x", Noop.Replace("\"cron\"", "\"user\": \"dora\", \"cron\""));

        var due = await _api.SendAsync("GET", "/api/v1/due?user=dora&at=2026-11-24T02:15:00+01:00");

        Assert.Equal("2026-11-24T01:15:00.000Z", Text(due.Json, "at"));
        Assert.Equal(["due/x"], Ids(due.Json));
    }

    [Fact]
    public async Task A_pause_refuses_what_it_would_not_do_and_tells_what_it_does_not_keep()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/still", Noop);

        var until = await _api.SendAsync("POST", "/api/v1/schedules/still/pause", """{ "until": "2099-01-01T00:00:00Z" }""");
        var unknown = await _api.SendAsync("POST", "/api/v1/schedules/still/pause", """{ "because": "of rain" }""");
        Assert.Equal((400, "until", 400, "because"), (until.Code, until.Field, unknown.Code, unknown.Field));
        Assert.False((await _api.SendAsync("GET", "/api/v1/schedules/still")).Json.GetProperty("paused").GetBoolean());

        var reason = await _api.SendAsync("POST", "/api/v1/schedules/still/pause", """{ "reason": "rain" }""");

        Assert.Equal(200, reason.Code);
        Assert.Contains("the reason is not kept", reason.Headers["Warning"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_names_its_runs()
    {
        await _api.SendAsync("PUT", "/api/v1/schedules/fill", Noop);

        var made = await _api.SendAsync("POST", "/api/v1/schedules/fill/backfill", """{ "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z" }""");
        var dry = await _api.SendAsync("POST", "/api/v1/schedules/fill/backfill", """{ "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z", "dryRun": true }""");
        var again = await _api.SendAsync("POST", "/api/v1/schedules/fill/backfill", """{ "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z", "again": true }""");
        var backwards = await _api.SendAsync("POST", "/api/v1/schedules/fill/backfill", """{ "from": "2020-01-02T00:00:00Z", "to": "2020-01-01T00:00:00Z" }""");
        var future = await _api.SendAsync("POST", "/api/v1/schedules/fill/backfill", """{ "from": "2099-01-02T00:00:00Z", "to": "2099-01-03T00:00:00Z" }""");

        Assert.Equal((202, 200, 400, 400), (made.Code, dry.Code, backwards.Code, future.Code));
        Assert.Equal(2, made.Json.GetProperty("created").GetInt32());
        Assert.Equal((1, 0), (made.Json.GetProperty("expired").GetInt32(), again.Json.GetProperty("expired").GetInt32()));
        Assert.Equal("to", future.Field);
    }

    [Fact]
    public async Task A_queue_that_nobody_serves_draws_a_warning_and_a_foreign_one_takes_any_type()
    {
        var unserved = await _api.SendAsync("PUT", "/api/v1/schedules/unserved", Noop.Replace("\"cron\"", "\"queue\": \"nobody\", \"cron\""));
        var foreign = await _api.SendAsync("PUT", "/api/v1/schedules/foreign", Noop.Replace("\"cron\"", "\"queue\": \"foreign\", \"cron\"").Replace("noop", "python.thing"));

        Assert.Equal(201, unserved.Code);
        Assert.Contains("no worker serves the queue nobody", unserved.Headers["Warning"]);
        Assert.Equal(201, foreign.Code);
        Assert.DoesNotContain("Warning", foreign.Headers.Keys);
    }

    internal static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static IEnumerable<string?> Ids(JsonElement json) => json.GetProperty("items").EnumerateArray().Select(item => Text(item, "id"));

    private static (int Created, int Updated, int Unchanged, int Failed) Counts(JsonElement json) =>
        (json.GetProperty("created").GetInt32(), json.GetProperty("updated").GetInt32(), json.GetProperty("unchanged").GetInt32(), json.GetProperty("failed").GetInt32());
}
