using System.Text.Json.Nodes;
using ActorCron.Pbm;
using ActorCron.Pbm.Palettes.Cron;

namespace ActorCron.Node.Tests.Pbm;

public sealed class CronCommandTests : IAsyncLifetime
{
    private StubNode _node = null!;

    public async Task InitializeAsync() => _node = await StubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task An_id_with_slashes_goes_into_the_path_as_one_segment()
    {
        _node.On("POST /api/v1/schedules/team%2Freports%2Fnext/pause", "");

        var pbm = await PbmRun.Of(_node, "cron", "pause", "team/reports/next");

        Assert.Equal((ExitCode.Ok, "paused team/reports/next\n"), (pbm.Exit, pbm.Out));
    }

    [Fact]
    public async Task A_trigger_brings_params_and_a_key()
    {
        _node.On("POST /api/v1/schedules/s/trigger", """{"runId":"s@manual-1"}""", 202);

        var plain = await PbmRun.Of(_node, "cron", "trigger", "s");
        var own = await PbmRun.Of(_node, "cron", "trigger", "s", "--param", "customer=17", "--params", """{"a":"b"}""", "--key", "k");

        Assert.Equal(("s@manual-1\n", "s@manual-1\n"), (plain.Out, own.Out));
        Assert.Equal("", _node.Requests[0].Body);
        AssertJson("""{"params":{"a":"b","customer":17}}""", _node.Requests[1].Body);
        Assert.Equal("k", _node.Requests[1].Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task A_new_schedule_is_created_and_a_known_one_updated()
    {
        _node.On("PUT /api/v1/schedules/hello", """{"id":"hello"}""", 201).On("PUT /api/v1/schedules/hello", """{"id":"hello"}""");

        var first = await PbmRun.Of(_node, "cron", "add", "hello", "* * * * *", "--command", "true");
        var second = await PbmRun.Of(_node, "cron", "add", "hello", "* * * * *", "--command", "true", "--replace");

        Assert.Equal(("created hello\n", "updated hello\n"), (first.Out, second.Out));
        Assert.Equal(("*", ""), (_node.Requests[0].Headers.IfNoneMatch.ToString(), _node.Requests[1].Headers.IfNoneMatch.ToString()));
        AssertJson("""{"id":"hello","cron":"* * * * *","job":{"type":"shell","params":{"command":"true"}}}""", _node.Requests[0].Body);
    }

    [Fact]
    public async Task A_schedule_that_exists_is_not_replaced_by_adding_it_again()
    {
        _node.Refuses("PUT /api/v1/schedules/hello", 412, """{"status":412,"detail":"The stored schedule is not the one that the precondition names.","field":"If-None-Match"}""");

        var pbm = await PbmRun.Of(_node, "cron", "add", "hello", "@hourly", "--type", "noop");

        Assert.Equal(ExitCode.Refused, pbm.Exit);
        Assert.StartsWith("pbm: there is a schedule 'hello' already", pbm.Error, StringComparison.Ordinal);
        Assert.Contains("'pbm cron set hello KEY=VALUE'", pbm.Error, StringComparison.Ordinal);
        Assert.Contains("--replace", pbm.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeout=2h", """{"timeout":"2h"}""")]
    [InlineData("retry.maxAttempts=3 retry.factor=1.5 priority=-2 paused=true", """{"retry":{"maxAttempts":3,"factor":1.5},"priority":-2,"paused":true}""")]
    [InlineData("tags=finance,eu description=", """{"tags":["finance","eu"],"description":""}""")]
    [InlineData("tags=[\"a,b\"] timeout=", """{"tags":["a,b"],"timeout":null}""")]
    [InlineData("endAt=null", """{"endAt":null}""")]
    [InlineData("job.params.sleepMs=5 job.params.a.b=x", """{"job":{"params":{"sleepMs":5,"a.b":"x"}}}""")]
    [InlineData("command=true url=5", """{"job":{"params":{"command":"true","url":"5"}}}""")]
    [InlineData("zone=Europe/Berlin", """{"timeZone":"Europe/Berlin"}""")]
    // A schedule has one time rule: the new one takes the place of whichever is there.
    [InlineData("every=90s", """{"every":"90s","cron":null,"at":null,"minute":null,"hour":null,"day":null,"month":null,"dayOfWeek":null}""")]
    [InlineData("hour=3 minute=5", """{"hour":"3","minute":"5","cron":null,"every":null,"at":null}""")]
    public async Task Setting_sends_what_is_named_and_nothing_else(string pairs, string patch)
    {
        _node.On("PATCH /api/v1/schedules/a%2Fb", """{"id":"a/b"}""");

        var pbm = await PbmRun.Of([_node.Address, "cron", "set", "a/b", .. pairs.Split(' '), "--if-match", "\"7\""]);

        Assert.Equal((ExitCode.Ok, "updated a/b\n"), (pbm.Exit, pbm.Out));
        var request = _node.Requests.Single();
        AssertJson(patch, request.Body);
        Assert.Equal(("\"7\"", "application/merge-patch+json; charset=utf-8"), (request.Headers.IfMatch.ToString(), request.Headers.ContentType.ToString()));
    }

    [Theory]
    [InlineData("sed -i s/@daily/@hourly/", "updated x\n", 2)]
    [InlineData("true", "unchanged x\n", 1)]
    public async Task Editing_puts_what_was_saved_unless_somebody_else_wrote_meanwhile(string editor, string words, int requests)
    {
        _node.On("GET /api/v1/schedules/x", """{"id":"x","cron":"@daily","job":{"type":"noop","params":{}},"revision":7,"createdAt":"2026-11-24T00:00:00Z"}""", headers: ("ETag", "\"7\""))
            .On("PUT /api/v1/schedules/x", """{"id":"x"}""");

        var pbm = await PbmRun.Of([_node.Address, "cron", "edit", "x"], environment: new() { ["EDITOR"] = editor });

        Assert.Equal((ExitCode.Ok, words, requests), (pbm.Exit, pbm.Out, _node.Requests.Count));
        if (requests == 1) return;
        AssertJson("""{"id":"x","cron":"@hourly","job":{"type":"noop","params":{}}}""", _node.Requests[1].Body);
        Assert.Equal("\"7\"", _node.Requests[1].Headers.IfMatch);
    }

    [Fact]
    public async Task What_was_edited_is_kept_when_the_node_refuses_it()
    {
        _node.On("GET /api/v1/schedules/x", """{"id":"x","cron":"@daily"}""", headers: ("ETag", "\"7\""))
            .Refuses("PUT /api/v1/schedules/x", 400, """{"status":400,"detail":"cron: no","field":"cron"}""");

        var pbm = await PbmRun.Of([_node.Address, "cron", "edit", "x"], environment: new() { ["EDITOR"] = "sed -i s/daily/dayly/" });

        Assert.Equal(ExitCode.Refused, pbm.Exit);
        var file = pbm.Error.Split("--file ")[1].Split('\n')[0];
        Assert.Contains("@dayly", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Removing_leaves_runs_alone_and_with_cancel_ends_those_that_are_not_through()
    {
        _node.On("DELETE /api/v1/schedules/x", "", 204)
            .On("GET /api/v1/runs", """{"items":[{"runId":"x@1","state":"retrying"},{"runId":"x@2","state":"running"}],"next":null}""")
            .On("POST /api/v1/runs/x%401/cancel", """{"runId":"x@1","state":"cancelled"}""").Refuses("POST /api/v1/runs/x%402/cancel", 409, """{"status":409,"detail":"it has ended"}""");

        var plain = await PbmRun.Of(_node, "cron", "remove", "x");
        var cancelling = await PbmRun.Of(_node, "cron", "remove", "x", "--cancel");

        Assert.Equal("removed x\n", plain.Out);
        Assert.Equal((ExitCode.Ok, "removed x, cancelled 1 run\n"), (cancelling.Exit, cancelling.Out));
        Assert.Contains("state=dispatched%2Crunning%2Cretrying", _node.Requests[2].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_says_when_it_fires_next_and_what_the_node_wonders_about()
    {
        _node.On("PUT /api/v1/schedules/hello", """{"id":"hello","nextFire":"2026-11-24T08:00:00.000Z"}""", 201, headers: ("Warning", "299 actorcron \"no node runs 'noop'\""));

        var pbm = await PbmRun.Of(_node, "cron", "add", "hello", "@hourly", "--type", "noop");

        Assert.StartsWith("created hello, next 2026-11-24 08:00:00Z (", pbm.Out);
        Assert.Equal("warning: no node runs 'noop'\n", pbm.Error);
    }

    [Fact]
    public async Task Every_field_of_the_contract_has_a_flag()
    {
        _node.On("PUT /api/v1/schedules/reports%2Fnightly", "{}", 201);

        await PbmRun.Of(_node, "cron", "add", "reports/nightly", "15 2 * * mon-fri", "--user", "rob", "--description", "the nightly one",
            "--tag", "finance", "--tag", "eu", "--zone", "Europe/Berlin", "--type", "shell", "--param", "command=make report", "--queue", "q", "--priority", "-3",
            "--catch-up", "latest", "--catch-up-window", "10m", "--overlap", "skip", "--execution", "atMostOnce", "--retry-attempts", "3",
            "--retry-delay", "10s", "--retry-factor", "1.5", "--retry-max-delay", "PT10M", "--job-timeout", "1h", "--start-at", "2026-11-24T08:00",
            "--end-at", "2027-01-01T00:00:00Z", "--jitter", "5s", "--paused", "--dst-gap", "skip", "--dst-overlap", "both");

        AssertJson(
            """
            { "id": "reports/nightly", "user": "rob", "description": "the nightly one", "tags": ["finance", "eu"],
              "cron": "15 2 * * mon-fri", "timeZone": "Europe/Berlin", "job": { "type": "shell", "params": { "command": "make report" } },
              "queue": "q", "priority": -3, "catchUp": { "policy": "latest", "window": "10m" }, "overlap": "skip", "execution": "atMostOnce",
              "retry": { "maxAttempts": 3, "delay": "10s", "factor": 1.5, "maxDelay": "PT10M" }, "timeout": "1h",
              "startAt": "2026-11-24T07:00:00Z", "endAt": "2027-01-01T00:00:00Z", "jitter": "5s", "paused": true,
              "dst": { "gap": "skip", "overlap": "both" } }
            """, _node.Requests.Single().Body);
    }

    [Theory]
    // The other three forms of a time rule.
    [InlineData("--every 90s", """{"every":"90s"}""")]
    [InlineData("--at 2026-12-24T18:00:00+01:00", """{"at":"2026-12-24T17:00:00Z"}""")]
    [InlineData("--hour 2 --day-of-week mon", """{"hour":"2","dayOfWeek":"mon"}""")]
    public async Task A_rule_may_be_given_without_cron(string flags, string expected)
    {
        _node.On("PUT /api/v1/schedules/x", "{}", 201);

        await PbmRun.Of([_node.Address, "cron", "add", "x", "--type", "noop", .. flags.Split(' ')]);

        var sent = JsonNode.Parse(_node.Requests.Single().Body)!.AsObject();
        sent.Remove("id");
        sent.Remove("job");
        AssertJson(expected, sent.ToJsonString());
    }

    [Theory]
    // JSON where it is JSON, text where it is not, and text in any case for the commands and addresses of the built-in types.
    [InlineData("noop", "sleepMs=200", """{"sleepMs":200}""")]
    [InlineData("noop", "fail=true", """{"fail":true}""")]
    [InlineData("mine", "zip=\"01067\"", """{"zip":"01067"}""")]
    [InlineData("mine", "zip=01067", """{"zip":"01067"}""")]
    [InlineData("mine", "filter=a=b", """{"filter":"a=b"}""")]
    [InlineData("mine", "list=[1, 2]", """{"list":[1,2]}""")]
    [InlineData("shell", "command=true", """{"command":"true"}""")]
    [InlineData("http", "body={}", """{"body":"{}"}""")]
    public async Task A_param_is_json_where_it_reads_as_json(string type, string param, string expected)
    {
        _node.On("PUT /api/v1/schedules/x", "{}", 201);

        await PbmRun.Of(_node, "cron", "add", "x", "@hourly", "--type", type, "--param", param);

        AssertJson(expected, JsonNode.Parse(_node.Requests.Single().Body)!["job"]!["params"]!.ToJsonString());
    }

    [Fact]
    public async Task A_document_may_come_from_standard_input_and_flags_win_over_it()
    {
        _node.On("PUT /api/v1/schedules/x", "{}", 201);

        var pbm = await PbmRun.Of([_node.Address, "cron", "add", "--file", "-", "--every", "5m", "--param", "fail=true"],
            """{"id":"x","cron":"@daily","queue":"q","job":{"type":"noop","params":{"sleepMs":1}},"retry":{"maxAttempts":2}}""");

        Assert.Equal(ExitCode.Ok, pbm.Exit);
        AssertJson("""{"id":"x","every":"5m","queue":"q","job":{"type":"noop","params":{"sleepMs":1,"fail":true}},"retry":{"maxAttempts":2}}""", _node.Requests.Single().Body);
    }

    [Fact]
    public async Task Create_only_and_if_match_become_preconditions()
    {
        _node.On("PUT /api/v1/schedules/x", "{}", 201);

        await PbmRun.Of(_node, "cron", "add", "x", "@daily", "--type", "noop", "--create-only");
        await PbmRun.Of(_node, "cron", "add", "x", "@daily", "--type", "noop", "--if-match", "\"7\"");

        Assert.Equal("*", _node.Requests[0].Headers.IfNoneMatch);
        Assert.Equal("\"7\"", _node.Requests[1].Headers.IfMatch);
    }

    [Fact]
    public async Task A_list_is_a_table_with_one_whole_line_a_schedule()
    {
        _node.On("GET /api/v1/schedules", """
            {"items":[{"id":"reports/nightly","cron":"15 2 * * mon-fri","timeZone":"Europe/Berlin","job":{"type":"shell","params":{"command":"make report"}},"queue":"default","user":"rob","paused":true,"nextFire":null},
                      {"id":"a","every":"PT90S","timeZone":"UTC","job":{"type":"http","params":{"url":"http://a/b","method":"POST"}},"queue":"web","user":"\u001b[31mred","paused":false,"nextFire":"2026-11-24T08:00:01.000Z"}],"next":null}
            """);

        var pbm = await PbmRun.Of(_node, "cron", "list", "--user", "r&b", "--paused=false", "--prefix", "rep/");

        Assert.Equal(
            """
            ID               WHEN              ZONE           TYPE   QUEUE    USER      STATE   NEXT                  JOB
            reports/nightly  15 2 * * mon-fri  Europe/Berlin  shell  default  rob       paused                        make report
            a                every PT90S       UTC            http   web      �[31mred  active  2026-11-24 08:00:01Z  POST http://a/b

            """, pbm.Out);
        Assert.Equal("/api/v1/schedules?user=r%26b&paused=false&prefix=rep%2F&limit=500", _node.Requests.Single().Target);
    }

    [Fact]
    public async Task Json_is_the_api_s_own_document()
    {
        const string document = """
            {
              "items": [
                {
                  "id": "ä<b>",
                  "new": 1.50
                }
              ],
              "next": null,
              "more": {}
            }

            """;
        _node.On("GET /api/v1/schedules", document);

        var pbm = await PbmRun.Of(_node, "-o", "json", "cron", "list");

        Assert.Equal(document, pbm.Out);
    }

    [Fact]
    public async Task A_list_of_many_pages_is_one_list()
    {
        _node.On("GET /api/v1/schedules", """{"items":[{"id":"a"},{"id":"b"}],"next":"b"}""").On("GET /api/v1/schedules", """{"items":[{"id":"c"}],"next":null}""");
        var json = await PbmRun.Of(_node, "cron", "list", "-o", "json");

        Assert.Equal(["a", "b", "c"], JsonNode.Parse(json.Out)!["items"]!.AsArray().Select(item => (string)item!["id"]!));
        Assert.EndsWith("after=b", _node.Requests[1].Target);
    }

    [Fact]
    public async Task Next_shows_utc_and_the_schedule_s_zone()
    {
        _node.On("GET /api/v1/schedules/x/next", """{"next":["2027-03-28T00:30:00.000Z","2027-03-28T01:00:00.000Z"]}""").On("GET /api/v1/schedules/x", """{"id":"x","timeZone":"Europe/Berlin"}""");

        var pbm = await PbmRun.Of(_node, "cron", "next", "x", "--count", "2");

        Assert.Contains("2027-03-28 00:30:00Z  Sun 2027-03-28 01:30:00 +01:00  in ", pbm.Out);
        Assert.Contains("2027-03-28 01:00:00Z  Sun 2027-03-28 03:00:00 +02:00  in ", pbm.Out);
    }

    [Fact]
    public async Task Explain_gives_words_notes_and_fire_times()
    {
        _node.On("POST /api/v1/cron/explain", """{"description":"At 02:30 every day","next":["2027-03-28T01:00:00Z"],"notes":["02:30 does not exist on 2027-03-28"]}""");

        var pbm = await PbmRun.Of(_node, "cron", "explain", "30 2 * * *", "--zone", "Europe/Berlin", "--count", "1", "--from", "2027-03-28");

        Assert.Equal("At 02:30 every day", pbm.Lines[0]);
        Assert.Equal("Note: 02:30 does not exist on 2027-03-28", pbm.Lines[1]);
        AssertJson("""{"cron":"30 2 * * *","timeZone":"Europe/Berlin","count":1,"from":"2027-03-27T23:00:00Z"}""", _node.Requests.Single().Body);
    }

    [Fact]
    public async Task Why_lists_every_occurrence_with_its_verdict()
    {
        _node.On("GET /api/v1/schedules/x/verdicts", """{"items":[{"scheduledFor":"2026-11-24T01:15:00Z","verdict":"missed","reason":"older than PT10M when the scheduler came back","runId":null}]}""");

        var pbm = await PbmRun.Of(_node, "cron", "why", "x", "--from", "2026-11-24", "--to", "2026-11-25T00:00:00Z");

        Assert.Equal("2026-11-24 01:15:00Z  missed        older than PT10M when the scheduler came back", pbm.Lines[1]);
        Assert.Equal("/api/v1/schedules/x/verdicts?from=2026-11-24T00%3A00%3A00Z&to=2026-11-25T00%3A00%3A00Z", _node.Requests.Single().Target);
    }

    [Fact]
    public async Task Why_of_a_schedule_that_is_seconds_old_says_when_it_was_made_and_when_it_fires()
    {
        _node.On("GET /api/v1/schedules/x/verdicts", """{"items":[]}""")
            .On("GET /api/v1/schedules/x", """{"id":"x","createdAt":"2026-11-24T01:15:20Z","nextFire":"2099-11-24T01:16:00Z","paused":false}""");

        var pbm = await PbmRun.Of(_node, "cron", "why", "x");

        Assert.Equal((ExitCode.Ok, ""), (pbm.Exit, pbm.Out));
        Assert.StartsWith("No occurrence of x in that range: it was created at 2026-11-24 01:15:20Z; its next one is 2099-11-24 01:16:00Z (in ", pbm.Error, StringComparison.Ordinal);
        Assert.Equal("/api/v1/schedules/x/verdicts", _node.Requests[0].Target);
    }

    [Fact]
    public async Task Why_of_an_every_second_rule_is_a_story_of_a_few_lines_newest_first()
    {
        var start = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var items = Enumerable.Range(0, 86_400).Select(i => (At: start.AddSeconds(i), Failed: i % 7 == 0)).Select(each =>
            $$"""{"occurrence":"{{each.At:yyyy-MM-dd'T'HH:mm:ss'Z'}}","verdict":"{{(each.Failed ? "failed" : "succeeded")}}","reason":"attempt 1 in {{each.At.Second}} ms","runId":"x@{{each.At.Ticks}}"}""");
        _node.On("GET /api/v1/schedules/x/verdicts", $$"""{"items":[{{string.Join(',', items)}}]}""");

        var pbm = await PbmRun.Of(_node, "cron", "why", "x");

        Assert.InRange(pbm.Lines.Count, 5, VerdictStory.MostLines + 1);
        Assert.Contains("2026-11-24 23:59:59Z", pbm.Lines[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-24 00:00:00Z to ", pbm.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("succeeded, ", pbm.Lines[1], StringComparison.Ordinal);
        Assert.Equal("86400 occurrences; --each lists them one by one.\n", pbm.Error);
    }

    [Theory]
    [InlineData("succeeded", ExitCode.Ok)]
    [InlineData("failed", ExitCode.Refused)]
    public async Task A_trigger_that_waits_ends_as_its_run_does(string state, int exit)
    {
        _node.On("POST /api/v1/schedules/a%2Fb/trigger", """{"runId":"a/b#1","state":"dispatched"}""", 202)
            .On("GET /api/v1/runs/a%2Fb%231", """{"runId":"a/b#1","state":"running","attempt":1,"output":"one\n"}""")
            .On("GET /api/v1/runs/a%2Fb%231", $$"""{"runId":"a/b#1","state":"{{state}}","attempt":1,"output":"one\ntwo\n"}""");

        var pbm = await PbmRun.Of(_node, "cron", "trigger", "a/b", "--wait", "--interval", "10ms");

        Assert.Equal((exit, "one\ntwo\n"), (pbm.Exit, pbm.Out));
    }

    [Fact]
    public async Task A_backfill_lists_its_runs_and_never_ends_in_the_node_s_future()
    {
        _node.On("POST /api/v1/schedules/x/backfill", """{"occurrences":3,"existing":2,"created":1,"runs":["x@2026-11-01T00:00Z"],"dryRun":false}""", 202);
        var before = DateTimeOffset.UtcNow;

        var pbm = await PbmRun.Of(_node, "cron", "backfill", "x", "--from", "2026-11-01");

        Assert.Equal(("x@2026-11-01T00:00Z\n", "1 of 3 occurrences had no run.\n"), (pbm.Out, pbm.Error));
        Assert.True(DateTimeOffset.Parse((string)JsonNode.Parse(_node.Requests.Single().Body)!["to"]!) < before);
    }

    [Fact]
    public async Task A_backfill_says_what_may_have_run_before_and_how_to_run_it_again()
    {
        _node.On("POST /api/v1/schedules/x/backfill", """{"occurrences":60,"existing":20,"expired":40,"created":0,"runs":[],"dryRun":false}""", 202);

        var pbm = await PbmRun.Of(_node, "cron", "backfill", "x", "--from", "2026-11-01", "--again");

        Assert.Contains("40 may have run before", pbm.Error, StringComparison.Ordinal);
        Assert.Contains("--again", pbm.Error, StringComparison.Ordinal);
        Assert.True((bool)JsonNode.Parse(_node.Requests.Single().Body)!["again"]!);
    }

    [Fact]
    public async Task Export_gives_each_line_as_it_came()
    {
        const string lines = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n";
        _node.On("GET /api/v1/schedules/export", lines, contentType: "application/x-ndjson");
        using var folder = new TempFolder();
        var file = folder.File("all.ndjson");

        var pbm = await PbmRun.Of(_node, "cron", "export");
        await PbmRun.Of(_node, "cron", "export", file, "--tag", "eu");

        Assert.Equal(lines, pbm.Out);
        Assert.Equal(lines, await File.ReadAllTextAsync(file));
        Assert.Equal("/api/v1/schedules/export?tag=eu", _node.Requests[1].Target);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nactual   {actual}");
}
