using ActorCron.Core;
using ActorCron.Core.Text;
using ActorCron.Core.Time;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>A rule in words, before anything is stored.</summary>
internal sealed class ExplainEndpoint(ApiContext api)
{
    private const int MostOccurrences = 1000;
    private static readonly string[] CronFieldNames = ["minute", "hour", "day", "month", "dayOfWeek"];
    private static readonly string[] Known =
        ["cron", "minute", "hour", "day", "month", "dayOfWeek", "every", "at", "timeZone", "startAt", "endAt", "dst", "id", "count", "from"];

    public IEnumerable<ApiRoute> Routes => [new("POST", "/api/v1/cron/explain", (context, _) => ExplainAsync(context))];

    private async Task ExplainAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var body = JsonFieldsOf.Read(await RequestBody.ReadJsonAsync(context), Known);
        var spec = ReadSpec(body);
        var from = body.Instant("from") ?? api.Now;
        if (!TimeRule.TryExplain(spec, body.Text("id", NameSyntax.MaxScheduleId) ?? "", from, from, body.Int("count", 1, MostOccurrences) ?? 5, out var explanation, out var problem))
            throw ApiProblem.Bad(new FieldProblem(problem.Field, problem.Message, problem.Position));

        await JsonAnswer.OkAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("description"u8, explanation.Description);
            json.WriteString("timeZone"u8, explanation.TimeZone);
            json.WriteStartArray("next"u8);
            foreach (var next in explanation.Next) json.WriteStringValue(Instants.Format(next));
            json.WriteEndArray();
            json.WriteStartArray("nextLocal"u8);
            foreach (var next in explanation.NextLocal) json.WriteStringValue(next.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndArray();
            json.WriteNumber("timesAYear"u8, Math.Round(explanation.TimesAYear, 2));
            json.WriteStartArray("notes"u8);
            foreach (var note in explanation.Notes) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private TimeSpec ReadSpec(JsonFieldsOf body)
    {
        var fields = CronFieldNames.Any(body.Has)
            ? new CronFields(Field("minute"), Field("hour"), Field("day"), Field("month"), Field("dayOfWeek"))
            : null;
        var dst = body.Object("dst", "gap", "overlap");
        return new TimeSpec
        {
            Cron = body.Text("cron"),
            Fields = fields,
            Every = body.Text("every") is { } every ? Durations.TryParse(every, out var duration) ? duration : throw ApiProblem.Bad("every", "must be a duration such as 90s or PT90S") : null,
            At = body.Instant("at"),
            StartAt = body.Instant("startAt"),
            EndAt = body.Instant("endAt"),
            TimeZone = body.Text("timeZone") ?? api.Defaults.TimeZone,
            Dst = new DstPolicy(dst?.Word<DstGap>("gap") ?? DstPolicy.Default.Gap, dst?.Word<DstOverlap>("overlap") ?? DstPolicy.Default.Overlap),
        };

        string Field(string name) => body.TextOrNumber(name) ?? "*";
    }
}
