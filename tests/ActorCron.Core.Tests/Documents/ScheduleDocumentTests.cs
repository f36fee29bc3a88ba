using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;
using CsCheck;

namespace ActorCron.Core.Tests.Documents;

public class ScheduleDocumentTests
{
    private const string Full =
        """
        { "id": "reports/nightly", "user": "rob", "description": "", "tags": ["finance"],
          "cron": "15 2 * * mon-fri", "timeZone": "Europe/Berlin",
          "job": { "type": "shell", "params": { "command": "make report" } },
          "queue": "default", "priority": 0,
          "catchUp": { "policy": "all", "window": "PT10M" },
          "overlap": "allow", "execution": "atLeastOnce",
          "retry": { "maxAttempts": 1, "delay": "PT10S", "factor": 2.0, "maxDelay": "PT10M" },
          "timeout": "PT1H", "startAt": null, "endAt": null, "jitter": "PT0S", "paused": false,
          "dst": { "gap": "fire", "overlap": "first" } }
        """;

    private static readonly Schedule Nightly = new()
    {
        Id = "reports/nightly",
        User = "rob",
        Tags = ["finance"],
        Time = new TimeSpec { Cron = "15 2 * * mon-fri", TimeZone = "Europe/Berlin" },
        Job = new JobSpec("shell", """{"command":"make report"}"""),
    };

    [Fact]
    public void The_document_of_the_contract_is_read() => Assert.Equal(Nightly, Parse(Full));

    [Fact]
    public void The_document_of_the_contract_is_written_field_by_field()
    {
        using var expected = JsonDocument.Parse(Full);
        using var written = JsonDocument.Parse(ScheduleDocument.Serialize(Nightly));

        Assert.True(JsonElement.DeepEquals(expected.RootElement, written.RootElement), written.RootElement.ToString());
        Assert.Equal(expected.RootElement.EnumerateObject().Select(field => field.Name), written.RootElement.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Id_rule_and_job_are_enough_and_the_defaults_fill_in_the_rest()
    {
        var defaults = new ScheduleDefaults("Europe/Berlin", new CatchUp(CatchUpPolicy.Latest, TimeSpan.FromHours(1)));

        var schedule = Parse("""{ "id": "a", "cron": "@daily", "job": { "type": "noop" } }""", defaults);

        Assert.Equal(new Schedule
        {
            Id = "a",
            Time = new TimeSpec { Cron = "@daily", TimeZone = "Europe/Berlin" },
            Job = new JobSpec("noop", "{}"),
            CatchUp = defaults.CatchUp,
            KeepsPause = true,
        }, schedule);
    }

    [Fact]
    public void Half_a_policy_takes_its_other_half_from_the_defaults()
    {
        var defaults = new ScheduleDefaults("UTC", new CatchUp(CatchUpPolicy.Latest, TimeSpan.FromHours(1)));

        Assert.Equal(new CatchUp(CatchUpPolicy.None, TimeSpan.FromHours(1)), Parse(With(""" "catchUp": { "policy": "none" } """), defaults).CatchUp);
        Assert.Equal(new CatchUp(CatchUpPolicy.Latest, TimeSpan.FromDays(1)), Parse(With(""" "catchUp": { "window": "1d" } """), defaults).CatchUp);
        Assert.Equal(RetryPolicy.Once with { MaxAttempts = 5 }, Parse(With(""" "retry": { "maxAttempts": 5 } """)).Retry);
        Assert.Equal(new DstPolicy(DstGap.Fire, DstOverlap.Both), Parse(With(""" "dst": { "overlap": "both" } """)).Time.Dst);
    }

    [Fact]
    public void A_first_delay_beyond_the_usual_cap_moves_the_cap() =>
        Assert.Equal(TimeSpan.FromHours(1), Parse(With(""" "retry": { "maxAttempts": 2, "delay": "1h" } """)).Retry.MaxDelay);

    [Theory]
    [InlineData(""" "minute": 15, "hour": "2" """, "15 2 * * *")]
    [InlineData(""" "dayOfWeek": "mon-fri" """, "* * * * mon-fri")]
    [InlineData(""" "day": 1, "month": "*/3" """, "* * 1 */3 *")]
    // A client may write every rule it knows of and fill in one.
    [InlineData(""" "cron": null, "every": null, "at": null, "minute": "0", "hour": null """, "0 * * * *")]
    public void The_five_fields_apart_are_numbers_or_text_and_each_is_a_star_when_left_out(string fields, string cron) =>
        Assert.Equal(cron, Parse($$"""{ "id": "a", {{fields}}, "job": { "type": "noop" } }""").Time.Fields?.ToCron());

    [Fact]
    public void An_interval_and_an_instant_are_rules_too()
    {
        Assert.Equal(TimeSpan.FromSeconds(90), Parse("""{ "id": "a", "every": "PT90S", "job": { "type": "noop" } }""").Time.Every);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 1, 15, 0, TimeSpan.Zero), Parse("""{ "id": "a", "at": "2026-11-24T02:15:00+01:00", "job": { "type": "noop" } }""").Time.At);
    }

    [Fact]
    public void The_address_may_name_the_id_in_place_of_the_document_but_not_another_one()
    {
        const string WithoutId = """{ "cron": "@daily", "job": { "type": "noop" } }""";
        const string WithId = """{ "id": "a/b", "cron": "@daily", "job": { "type": "noop" } }""";

        Assert.Equal("a/b", Parse(WithoutId, idFromRoute: "a/b").Id);
        Assert.Equal("a/b", Parse(WithId, idFromRoute: "a/b").Id);
        Assert.Equal("id: is \"a/b\", but the address names \"a/c\"", Problem(WithId, idFromRoute: "a/c"));
        Assert.Equal("id (position 2): holds ' '; allowed are A-Z a-z 0-9 . _ : / -", Problem(WithoutId, idFromRoute: "a c"));
        Assert.Equal("id: is missing", Problem(WithoutId));
    }

    [Fact]
    public void An_answer_can_be_edited_and_put_back()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ScheduleDocument.Write(writer, Nightly, new ScheduleExtras(7, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), null));
        }
        var answer = Encoding.UTF8.GetString(stream.ToArray());

        Assert.EndsWith(""","revision":7,"createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"1970-01-02T00:00:00.000Z","nextFire":null}""", answer, StringComparison.Ordinal);
        Assert.Equal(Nightly, Parse(answer));
    }

    [Fact]
    public void No_document_can_say_that_it_comes_from_the_nodes_own_crontab()
    {
        Assert.StartsWith("fromCrontab: is not a known field", Problem(With(""" "fromCrontab": true """)), StringComparison.Ordinal);
        Assert.False(Parse(Encoding.UTF8.GetString(ScheduleDocument.Serialize(Nightly with { FromCrontab = true }))).FromCrontab);
    }

    [Theory]
    // The id.
    [InlineData(""" "id": "" """, "id: must not be empty: 1 to 200 characters")]
    [InlineData(""" "id": "-a" """, "id (position 1): must start with a letter or digit, not with '-'")]
    [InlineData(""" "id": "a@b" """, "id (position 2): holds '@'; allowed are A-Z a-z 0-9 . _ : / -")]
    [InlineData(""" "id": "é" """, "id (position 1): holds 'é'; allowed are A-Z a-z 0-9 . _ : / -")]
    [InlineData(""" "id": 7 """, "id: must be text, not a number")]
    [InlineData(""" "id": null """, "id: must be text, not null")]
    // Names and texts.
    [InlineData(""" "user": "" """, "user: must not be empty: 1 to 100 characters")]
    [InlineData(""" "user": "a\nb" """, "user (position 2): holds the control character U+000A")]
    [InlineData(""" "user": "\ud800" """, @"user: holds half of a surrogate pair (such as \ud800 alone), which is no character")]
    [InlineData(""" "description": "\u0000" """, "description (position 1): holds the control character U+0000")]
    [InlineData(""" "description": [] """, "description: must be text, not an array")]
    [InlineData(""" "queue": "a b" """, "queue (position 2): holds ' '; allowed are A-Z a-z 0-9 . _ -")]
    [InlineData(""" "queue": null """, "queue: must be text, not null")]
    [InlineData(""" "tags": "finance" """, "tags: must be an array of texts, not text")]
    [InlineData(""" "tags": ["a", 1] """, "tags[1]: must be text, not a number")]
    [InlineData(""" "tags": ["a", ""] """, "tags[1]: must not be empty: 1 to 100 characters")]
    [InlineData(""" "tags": ["a", "b", "a"] """, "tags[2]: repeats \"a\"")]
    // The job.
    [InlineData(""" "job": "noop" """, "job: must be an object, not text")]
    [InlineData(""" "job": {} """, "job.type: is missing: name the job type, such as \"shell\", \"http\" or \"noop\"")]
    [InlineData(""" "job": { "type": "no op" } """, "job.type (position 3): holds ' '; allowed are A-Z a-z 0-9 . _ -")]
    [InlineData(""" "job": { "type": "noop", "param": {} } """, "job.param: is not a known field; did you mean \"params\"?")]
    [InlineData(""" "job": { "type": "noop", "params": [1] } """, "job.params: must be an object, not an array")]
    [InlineData(""" "job": { "type": "noop", "params": null } """, "job.params: must be an object, not null")]
    [InlineData(""" "job": { "type": "noop", "params": { "a": 1, "b": { "c": 1, "c": 2 } } } """, "job.params: gives \"c\" twice in one object")]
    // Numbers.
    [InlineData(""" "priority": 1001 """, "priority: must be a whole number from -1000 to 1000, not 1001")]
    [InlineData(""" "priority": 1.5 """, "priority: must be a whole number from -1000 to 1000, not 1.5")]
    [InlineData(""" "priority": "high" """, "priority: must be a whole number from -1000 to 1000, not text")]
    [InlineData(""" "priority": 99999999999999999999 """, "priority: must be a whole number from -1000 to 1000, not 99999999999999999999")]
    [InlineData(""" "retry": { "maxAttempts": 0 } """, "retry.maxAttempts: must be a whole number from 1 to 1000, not 0")]
    [InlineData(""" "retry": { "maxAttempts": 1001 } """, "retry.maxAttempts: must be a whole number from 1 to 1000, not 1001")]
    [InlineData(""" "retry": { "factor": 0.5 } """, "retry.factor: must be a number from 1 to 100, not 0.5")]
    [InlineData(""" "retry": { "factor": 1e999 } """, "retry.factor: must be a number from 1 to 100, not 1e999")]
    [InlineData(""" "retry": { "attempts": 3 } """, "retry.attempts: is not a known field; did you mean \"maxAttempts\"?")]
    [InlineData(""" "retry": 3 """, "retry: must be an object, not a number")]
    // Durations.
    [InlineData(""" "timeout": 60 """, "timeout: must be a duration such as PT10M, PT1H30M, 90s, 10m, 2h or 1d, not a number")]
    [InlineData(""" "timeout": "1 hour" """, "timeout: must be a duration such as PT10M, PT1H30M, 90s, 10m, 2h or 1d, not \"1 hour\"")]
    [InlineData(""" "timeout": "0s" """, "timeout: must be from PT1S to P30D, not 0s")]
    [InlineData(""" "timeout": "31d" """, "timeout: must be from PT1S to P30D, not 31d")]
    [InlineData(""" "jitter": "-1s" """, "jitter: must be a duration such as PT10M, PT1H30M, 90s, 10m, 2h or 1d, not \"-1s\"")]
    [InlineData(""" "catchUp": { "window": "P1Y" } """, "catchUp.window: must be a duration such as PT10M, PT1H30M, 90s, 10m, 2h or 1d, not \"P1Y\"")]
    [InlineData(""" "retry": { "delay": "1h", "maxDelay": "1m" } """, "retry.maxDelay: must not be shorter than retry.delay")]
    // Choices and flags.
    [InlineData(""" "overlap": "Skip" """, "overlap: must be one of allow, skip, queue, replace; did you mean \"skip\"? (not \"Skip\")")]
    [InlineData(""" "execution": "exactlyOnce" """, "execution: must be one of atLeastOnce, atMostOnce (not \"exactlyOnce\")")]
    [InlineData(""" "catchUp": { "policy": "first" } """, "catchUp.policy: must be one of none, latest, all (not \"first\")")]
    [InlineData(""" "catchUp": "all" """, "catchUp: must be an object, not text")]
    [InlineData(""" "dst": { "gap": "run" } """, "dst.gap: must be one of fire, skip (not \"run\")")]
    [InlineData(""" "dst": { "overlap": true } """, "dst.overlap: must be one of first, second, both, not true")]
    [InlineData(""" "paused": "false" """, "paused: must be true or false, not text")]
    // Instants.
    [InlineData(""" "startAt": "2026-11-24" """, "startAt: must be an instant with Z or an offset, such as 2026-11-24T01:15:00Z or 2026-11-24T02:15:00+01:00, not \"2026-11-24\"")]
    [InlineData(""" "endAt": 0 """, "endAt: must be an instant with Z or an offset, such as 2026-11-24T01:15:00Z or 2026-11-24T02:15:00+01:00, not a number")]
    [InlineData(""" "timeZone": null """, "timeZone: must be an IANA time zone as text, such as \"Europe/Berlin\", not null")]
    // Unknown and repeated fields.
    [InlineData(""" "timezone": "UTC" """, "timezone: is not a known field; did you mean \"timeZone\"?")]
    [InlineData(""" "colour": "red" """, "colour: is not a known field")]
    [InlineData(""" "": 1 """, "\"\": is not a known field")]
    [InlineData(""" "job": { "type": "noop" }, "job": { "type": "shell" } """, "job: is given twice")]
    [InlineData(""" "\u0070aused": true, "paused": false """, "paused: is given twice")]
    public void A_wrong_field_is_named_with_what_would_be_right(string field, string problem) => Assert.Equal(problem, Problem(With(field)));

    [Theory]
    [InlineData("""{ "id": "a", "job": { "type": "noop" } }""", "cron: is missing: a schedule needs exactly one of cron, every, at, or the fields minute, hour, day, month, dayOfWeek")]
    [InlineData("""{ "id": "a", "cron": "@daily", "every": "1h", "job": { "type": "noop" } }""", "every: stands beside cron: a schedule needs exactly one of cron, every, at, or the fields minute, hour, day, month, dayOfWeek")]
    [InlineData("""{ "id": "a", "cron": "@daily", "minute": 5, "hour": 2, "job": { "type": "noop" } }""", "minute: stands beside cron: a schedule needs exactly one of cron, every, at, or the fields minute, hour, day, month, dayOfWeek")]
    [InlineData("""{ "id": "a", "cron": 5, "job": { "type": "noop" } }""", "cron: must be a cron rule as text, such as \"15 2 * * mon-fri\", not a number")]
    [InlineData("""{ "id": "a", "minute": [5], "job": { "type": "noop" } }""", "minute: must be a whole number or text, such as 5 or \"*/15\", not an array")]
    [InlineData("""{ "id": "a", "minute": 1.5, "job": { "type": "noop" } }""", "minute: must be a whole number from 0 to 59, not 1.5")]
    [InlineData("""{ "id": "a", "cron": "@daily" }""", "job: is missing: { \"type\": ..., \"params\": { ... } }")]
    public void A_document_needs_a_job_and_exactly_one_rule(string document, string problem) => Assert.Equal(problem, Problem(document));

    [Theory]
    // What the rule engine finds comes with its field and position.
    [InlineData(""" "cron": "61 * * * *" """, "cron", 1)]
    [InlineData(""" "cron": "0 0 * * mno" """, "cron", 9)]
    [InlineData(""" "cron": "0 0 31 2 *" """, "cron", 5)]
    [InlineData(""" "hour": 24 """, "hour", 1)]
    [InlineData(""" "month": "*/0" """, "month", 3)]
    [InlineData(""" "cron": "@daily", "timeZone": "Europe/Brelin" """, "timeZone", null)]
    [InlineData(""" "cron": "@daily", "timeZone": "CET+1" """, "timeZone", null)]
    [InlineData(""" "cron": "@daily", "startAt": "2026-02-01T00:00Z", "endAt": "2026-01-01T00:00Z" """, "endAt", null)]
    public void A_rule_that_cannot_be_or_never_fires_is_a_problem_of_its_field(string fields, string field, int? position)
    {
        var problem = Assert.Single(Problems($$"""{ "id": "a", {{fields}}, "job": { "type": "noop" } }"""));

        Assert.Equal(field, problem.Field);
        Assert.Equal(position, problem.Position);
    }

    [Fact]
    public void Every_wrong_field_is_told_at_once() =>
        Assert.Equal(["priority", "queue", "retry.factor", "colour", "job.type"],
            Problems("""{ "id": "a", "cron": "@daily", "priority": "x", "queue": "", "retry": { "factor": 0 }, "colour": 1, "job": {} }""").Select(problem => problem.Field));

    [Theory]
    [InlineData("", "body: is empty; a JSON object is expected")]
    [InlineData("   ", "body (position 4): is not valid JSON at line 1, column 4: ")]
    [InlineData("[]", "body: must be an object, not an array")]
    [InlineData("\"a\"", "body: must be an object, not text")]
    [InlineData("{ \"id\": \"é\",\n  \"cron\": }", "body (position 25): is not valid JSON at line 2, column 11: ")]
    [InlineData("{ \"id\": \"é\", x", "body (position 15): is not valid JSON at line 1, column 14: ")]
    [InlineData("{ \"id\": 'a' }", "body (position 9): is not valid JSON at line 1, column 9: ")]
    [InlineData("{ \"id\": \"a\", }", "body (position 14): is not valid JSON at line 1, column 14: ")]
    [InlineData("{ /* no */ }", "body (position 3): is not valid JSON at line 1, column 3: ")]
    [InlineData("{} {}", "body (position 4): is not valid JSON at line 1, column 4: ")]
    public void Malformed_JSON_is_told_with_line_and_column(string document, string problem) =>
        Assert.StartsWith(problem, Problems(document)[0].ToString(), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_told_with_their_place()
    {
        Assert.False(ScheduleDocument.TryParse([(byte)'{', (byte)'"', 0xC3, 0x28], ScheduleDefaults.BuiltIn, null, out _, out var problems));

        Assert.Equal(new FieldProblem("body", "is not UTF-8 text", 3), Assert.Single(problems));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Equal(Nightly, Parse("\uFEFF" + Full));

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = new string('[', 100_000);
        Assert.StartsWith("body (position 72): is nested deeper than 64 levels at line 1, column 72", Problem("{\"tags\":" + deep), StringComparison.Ordinal);

        Assert.NotNull(Parse(With(Nested(JsonParams.MaxDepth))));
        Assert.Equal("job.params: is nested deeper than 32 levels", Problem(With(Nested(JsonParams.MaxDepth + 1))));

        static string Nested(int levels) =>
            $$""" "job": { "type": "noop", "params": {"a":{{new string('[', levels - 1)}}{{new string(']', levels - 1)}}} } """;
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        Assert.NotNull(Parse(With($$""" "job": { "type": "noop", "params": { "a": "{{new string('x', JsonParams.MaxBytes - 8)}}" } } """)));
        Assert.Equal("job.params: has 65537 bytes; at most 65536 are allowed",
            Problem(With($$""" "job": { "type": "noop", "params": { "a": "{{new string('x', JsonParams.MaxBytes - 7)}}" } } """)));
        Assert.Equal("body: has 262145 bytes; at most 262144 are allowed", Problem(new string(' ', ScheduleDocument.MaxBytes + 1)));
        Assert.NotNull(Parse(With($""" "id": "{new string('a', 200)}" """)));
        Assert.Equal("id (position 201): has 201 characters; at most 200 are allowed", Problem(With($""" "id": "{new string('a', 201)}" """)));
        Assert.Equal("description (position 1001): has 1001 characters; at most 1000 are allowed", Problem(With($""" "description": "{new string('a', 1001)}" """)));
        Assert.NotNull(Parse(With($""" "tags": [{string.Join(',', Enumerable.Range(0, 50).Select(n => $"\"{n}\""))}] """)));
        Assert.Equal("tags: has too many items; at most 50 are allowed", Problem(With($""" "tags": [{string.Join(',', Enumerable.Range(0, 60).Select(n => $"\"{n}\""))}] """)));
        Assert.Equal(50, Problems("{" + string.Join(',', Enumerable.Range(0, 1000).Select(n => $"\"x{n}\":0")) + "}").Length);
    }

    [Theory]
    [InlineData("""{ "a" : [ 1 , 2.50 , "x  \" y" ] }""", """{"a":[1,2.50,"x  \" y"]}""")]
    [InlineData("""{ "e": "\u00e9\\", "n": 12345678901234567890123, "t": { } }""", """{"e":"\u00e9\\","n":12345678901234567890123,"t":{}}""")]
    public void Params_are_kept_as_they_were_written_but_for_the_blanks(string given, string kept) =>
        Assert.Equal(kept, Parse(With($$""" "job": { "type": "noop", "params": {{given}} } """)).Job.Params);

    [Fact]
    public void A_schedule_made_by_code_can_be_checked_by_the_same_rules()
    {
        Assert.Empty(ScheduleDocument.Check(Nightly));
        Assert.Equal("queue", Assert.Single(ScheduleDocument.Check(Nightly with { Queue = "a b" })).Field);
        Assert.Equal("job.params", Assert.Single(ScheduleDocument.Check(Nightly with { Job = new JobSpec("noop", "{") })).Field);
        Assert.Equal("job.params", Assert.Single(ScheduleDocument.Check(Nightly with { Job = new JobSpec("noop", "7") })).Field);
        Assert.Equal("cron", Assert.Single(ScheduleDocument.Check(Nightly with { Time = new TimeSpec() })).Field);
    }

    [Fact]
    public void No_change_of_bytes_makes_it_throw()
    {
        var document = Encoding.UTF8.GetBytes(Full);

        Gen.Select(Gen.Int[0, document.Length - 1], Gen.Byte, Gen.Int[0, document.Length], Gen.Int[0, document.Length]).Sample((at, value, from, to) =>
        {
            var changed = document.ToArray();
            changed[at] = value;
            var piece = from <= to ? changed[from..to] : [.. changed[..to], .. changed[from..]];
            return ScheduleDocument.TryParse(piece, ScheduleDefaults.BuiltIn, null, out _, out var problems) == problems.IsEmpty;
        });
    }

    private static string With(string field)
    {
        var job = field.Contains("\"job\":", StringComparison.Ordinal) ? "" : """, "job": { "type": "noop" } """;
        var id = field.Contains("\"id\":", StringComparison.Ordinal) ? "" : """ "id": "a", """;
        return $$"""{ {{id}} "cron": "@daily", {{field}} {{job}} }""";
    }

    private static Schedule Parse(string document, ScheduleDefaults? defaults = null, string? idFromRoute = null)
    {
        var parsed = ScheduleDocument.TryParse(Encoding.UTF8.GetBytes(document), defaults ?? ScheduleDefaults.BuiltIn, idFromRoute, out var schedule, out var problems);
        Assert.True(parsed, string.Join('\n', problems));
        return schedule!;
    }

    private static ImmutableArray<FieldProblem> Problems(string document, string? idFromRoute = null)
    {
        Assert.False(ScheduleDocument.TryParse(Encoding.UTF8.GetBytes(document), ScheduleDefaults.BuiltIn, idFromRoute, out var schedule, out var problems));
        Assert.Null(schedule);
        return problems;
    }

    private static string Problem(string document, string? idFromRoute = null) => Assert.Single(Problems(document, idFromRoute)).ToString();
}
