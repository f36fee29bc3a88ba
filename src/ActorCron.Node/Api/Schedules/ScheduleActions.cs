using System.Text.Json;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Documents;
using ActorCron.Core.Text;
using ActorCron.Core.Time;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>What can be done with a schedule, and what it will do or has done.</summary>
internal sealed class ScheduleActions(ApiContext api)
{
    // A verdict or backfill range beyond this is a slip of the pen; a rule with seconds has 31 million occurrences in it already.
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(366);

    public IEnumerable<ApiRoute> Routes =>
    [
        new("POST", "/api/v1/schedules/{id}/trigger", TriggerAsync),
        new("POST", "/api/v1/schedules/{id}/pause", (context, id) => SetPausedAsync(context, id, paused: true)),
        new("POST", "/api/v1/schedules/{id}/resume", (context, id) => SetPausedAsync(context, id, paused: false)),
        new("POST", "/api/v1/schedules/{id}/backfill", BackfillAsync),
        new("GET", "/api/v1/schedules/{id}/next", (context, id) => OrItselfAsync(context, id, "next", NextAsync)),
        new("GET", "/api/v1/schedules/{id}/verdicts", (context, id) => OrItselfAsync(context, id, "verdicts", VerdictsAsync)),
    ];

    // A schedule may be called a/next: its plain address is that of a question about a, and is its own where there is no a.
    private async Task OrItselfAsync(HttpContext context, string id, string word, Func<HttpContext, string, Task> ask)
    {
        try
        {
            await ask(context, id);
        }
        catch (ApiProblem missing) when (missing.Status == StatusCodes.Status404NotFound)
        {
            if (await api.Gateway.GetAsync($"{id}/{word}", context.RequestAborted) is not { } stored) throw;
            context.Response.Headers.ETag = EntityTags.Of(stored.Revision);
            await JsonAnswer.OkAsync(context, json => StoredScheduleJson.Write(json, stored));
        }
    }

    private async Task TriggerAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        var key = IdempotencyKey.Of(context.Request);
        if (!TriggerDocument.TryParse(await RequestBody.ReadOptionalJsonAsync(context), out var parameters, out var problems)) throw ApiProblem.Bad(problems);
        if (parameters is not null) await CheckParamsAsync(id, parameters, context.RequestAborted);

        var run = await api.Gateway.TriggerAsync(new TriggerRequest(id, parameters, key), context.RequestAborted) ?? throw ScheduleIds.Missing(id);
        if (key is not null) IdempotencyKey.RequireSame(parameters, run);
        context.Response.Headers.Location = $"/api/v1/runs/{Uri.EscapeDataString(run.Spec.Id)}";
        await JsonAnswer.WriteAsync(context, StatusCodes.Status202Accepted, json => RunDocument.Write(json, run, withOutput: true));
    }

    private async Task CheckParamsAsync(string id, string parameters, CancellationToken cancellationToken)
    {
        var stored = await api.Gateway.GetAsync(id, cancellationToken) ?? throw ScheduleIds.Missing(id);
        if (api.Admission.CheckParams(stored.Schedule, parameters) is { } refused) throw ApiProblem.Bad(refused);
    }

    private async Task SetPausedAsync(HttpContext context, string id, bool paused)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        if (paused) await CheckPauseAsync(context);
        else await RequestBody.RequireNoFieldsAsync(context);
        var stored = await api.Gateway.SetPausedAsync(id, paused, context.RequestAborted) ?? throw ScheduleIds.Missing(id);
        context.Response.Headers.ETag = EntityTags.Of(stored.Revision);
        await JsonAnswer.OkAsync(context, json => StoredScheduleJson.Write(json, stored));
    }

    // What this version does not keep is told, and what it would not do is refused.
    private static async Task CheckPauseAsync(HttpContext context)
    {
        if (await RequestBody.ReadOptionalJsonAsync(context) is not { Length: > 0 } body) return;
        var fields = JsonFieldsOf.Read(body, "reason", "until");
        if (fields.Has("until")) throw ApiProblem.Bad("until", "is not done by this version: it would stay paused; leave it out, and resume it then");
        if (fields.Has("reason")) context.Response.Headers.Append("Warning", "299 actorcron \"the reason is not kept by this version\"");
    }

    private async Task BackfillAsync(HttpContext context, string id)
    {
        var query = QueryValues.Of(context, "dryRun");
        ScheduleIds.Require(id);
        var body = JsonFieldsOf.Read(await RequestBody.ReadJsonAsync(context), "from", "to", "dryRun", "again");
        var from = body.Instant("from") ?? throw ApiProblem.Bad("from", "is missing: the first occurrence to make a run for");
        var to = body.Instant("to") ?? throw ApiProblem.Bad("to", "is missing: the last occurrence to make a run for");
        RequireRange(from, to);
        if (to > api.Now) throw ApiProblem.Bad("to", "lies in the future; what is still to come needs no backfill");
        var dryRun = body.Bool("dryRun") ?? query.Bool("dryRun") ?? false;

        var backfill = new Backfill(from, to, dryRun, body.Bool("again") ?? false);
        var outcome = await WithinBoundsAsync(() => api.Gateway.BackfillAsync(id, backfill, context.RequestAborted)) ?? throw ScheduleIds.Missing(id);
        await JsonAnswer.WriteAsync(context, dryRun ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, json => Write(json, outcome, dryRun));
    }

    private static void Write(Utf8JsonWriter json, BackfillOutcome outcome, bool dryRun)
    {
        json.WriteStartObject();
        json.WriteNumber("occurrences"u8, outcome.Occurrences);
        json.WriteNumber("existing"u8, outcome.Existing);
        json.WriteNumber("expired"u8, outcome.Expired);
        json.WriteNumber("created"u8, outcome.CreatedCount);
        json.WriteStartArray("runs"u8);
        foreach (var run in outcome.Created) json.WriteStringValue(run);
        json.WriteEndArray();
        json.WriteBoolean("dryRun"u8, dryRun);
        json.WriteEndObject();
    }

    private async Task NextAsync(HttpContext context, string id)
    {
        var query = QueryValues.Of(context, "count", "from");
        ScheduleIds.Require(id);
        var count = query.Int("count", 10, 1, 1000);
        var from = query.Instant("from") ?? api.Now;
        var stored = await api.Gateway.GetAsync(id, context.RequestAborted) ?? throw ScheduleIds.Missing(id);
        if (!TimeRule.TryCreate(stored.Schedule.Time, id, stored.CreatedAt, out var rule, out var problem)) throw ApiProblem.Bad(new FieldProblem(problem.Field, problem.Message, problem.Position));

        await JsonAnswer.OkAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("timeZone"u8, stored.Schedule.Time.TimeZone);
            json.WriteBoolean("paused"u8, stored.Schedule.Paused);
            OccurrencesJson.Write(json, rule, from, count);
            json.WriteEndObject();
        });
    }

    private async Task VerdictsAsync(HttpContext context, string id)
    {
        var query = QueryValues.Of(context, "from", "to");
        ScheduleIds.Require(id);
        var to = query.Instant("to") ?? api.Now;
        var from = query.Instant("from") ?? await DayBeforeAsync(id, to, context.RequestAborted);
        RequireRange(from, to);
        var verdicts = await WithinBoundsAsync(() => api.Gateway.VerdictsAsync(id, from, to, context.RequestAborted)) ?? throw ScheduleIds.Missing(id);
        await JsonAnswer.ItemsAsync(context, verdicts, Write, before: json =>
        {
            json.WriteString("id"u8, id);
            json.WriteString("from"u8, Instants.Format(from));
            json.WriteString("to"u8, Instants.Format(to));
        });
    }

    private static async Task<T> WithinBoundsAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RangeTooLargeException large)
        {
            throw ApiProblem.Bad("to", $"asks for more than {large.Most} occurrences; from the same start {Instants.Format(large.Last)} is the latest that can be asked for at once");
        }
    }

    // A day back, but not to before the schedule was there: nothing can have become of those.
    private async Task<DateTimeOffset> DayBeforeAsync(string id, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var stored = await api.Gateway.GetAsync(id, cancellationToken) ?? throw ScheduleIds.Missing(id);
        var dayBefore = to - TimeSpan.FromDays(1);
        return stored.CreatedAt > dayBefore && stored.CreatedAt <= to ? stored.CreatedAt : dayBefore;
    }

    private static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteString("occurrence"u8, Instants.Format(verdict.Occurrence));
        json.WriteString("verdict"u8, verdict.Outcome);
        json.WriteString("reason"u8, verdict.Reason);
        json.WriteString("runId"u8, verdict.RunId);
        json.WriteEndObject();
    }

    private static void RequireRange(DateTimeOffset from, DateTimeOffset to)
    {
        if (to < from) throw ApiProblem.Bad("to", "lies before from");
        if (to - from > LongestRange) throw ApiProblem.Bad("from", "lies more than 366 days before to; ask for a shorter range");
    }
}
