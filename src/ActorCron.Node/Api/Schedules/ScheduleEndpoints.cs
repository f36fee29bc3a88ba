using ActorCron.Core.Documents;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Schedules one by one: write, read, remove, list, export.</summary>
internal sealed class ScheduleEndpoints(ApiContext api)
{
    private const int ExportPage = 500;
    private const int FirstYear = 1900;
    private const int LastYear = 9000;

    public IEnumerable<ApiRoute> Routes =>
    [
        new("PUT", "/api/v1/schedules/{id}", PutAsync),
        new("GET", "/api/v1/schedules/{id}", GetAsync),
        new("DELETE", "/api/v1/schedules/{id}", RemoveAsync),
        new("GET", "/api/v1/schedules", (context, _) => ListAsync(context)),
        new("GET", "/api/v1/schedules/export", (context, _) => ExportAsync(context)),
        new("GET", "/api/v1/due", (context, _) => DueAsync(context)),
    ];

    private async Task PutAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        var precondition = EntityTags.Precondition(context.Request);
        var schedule = Read(await RequestBody.ReadJsonAsync(context), id);

        var outcome = await api.Gateway.PutAsync(schedule, precondition, context.RequestAborted);
        await ScheduleWrites.AnswerAsync(context, api, precondition, outcome);
    }

    private Schedule Read(byte[] body, string id)
    {
        var schedule = ScheduleWrites.Parse(api, body, id);
        return api.Admission.Check(schedule) is { } refused ? throw ApiProblem.Bad(refused) : schedule;
    }

    private async Task GetAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        var stored = await api.Gateway.GetAsync(id, context.RequestAborted) ?? throw ScheduleIds.Missing(id);
        context.Response.Headers.ETag = EntityTags.Of(stored.Revision);
        if (EntityTags.IsCurrent(context.Request, stored.Revision)) context.Response.StatusCode = StatusCodes.Status304NotModified;
        else await JsonAnswer.OkAsync(context, json => StoredScheduleJson.Write(json, stored));
    }

    private async Task RemoveAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        var precondition = EntityTags.Precondition(context.Request);
        if (precondition.MustNotExist) throw ApiProblem.Bad("If-None-Match", "does not go with DELETE");
        context.Response.StatusCode = await api.Gateway.RemoveAsync(id, precondition, context.RequestAborted) switch
        {
            RemoveOutcome.Removed => StatusCodes.Status204NoContent,
            RemoveOutcome.NotFound => throw ScheduleIds.Missing(id),
            _ => throw new ApiProblem(StatusCodes.Status412PreconditionFailed, "The stored schedule is not the one that the precondition names.", "If-Match"),
        };
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "user", "tag", "queue", "paused", "prefix", "limit", "after");
        var page = await api.Gateway.ListAsync(Filter(query, query.Int("limit", 100, 1, 1000), query.Text("after")), context.RequestAborted);
        await JsonAnswer.ItemsAsync(context, page.Items, StoredScheduleJson.Write, after: JsonAnswer.Next(page.Next));
    }

    private async Task ExportAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "user", "tag", "queue", "paused", "prefix");
        await NdjsonAnswer.WriteAsync(context, async after =>
        {
            var page = await api.Gateway.ListAsync(Filter(query, ExportPage, after), context.RequestAborted);
            return (page.Items, page.Next);
        }, (json, stored) => ScheduleDocument.Write(json, stored.Schedule));
    }

    private async Task DueAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "at", "user");
        var at = query.Instant("at") ?? api.Now;
        // The minute around it is looked at, which the first and the last one of the calendar do not have.
        if (at.Year is < FirstYear or > LastYear) throw ApiProblem.Bad("at", $"must lie in the years {FirstYear} to {LastYear}");
        var due = await api.Gateway.DueAsync(at, query.Text("user"), context.RequestAborted);
        await JsonAnswer.ItemsAsync(context, due, StoredScheduleJson.Write, before: json => json.WriteString("at"u8, Instants.Format(at)));
    }

    private static ScheduleQuery Filter(QueryValues query, int limit, string? after) => new(
        query.Text("user"), query.Text("tag"), query.Text("queue"), query.Bool("paused"), query.Text("prefix"), limit, after);
}
