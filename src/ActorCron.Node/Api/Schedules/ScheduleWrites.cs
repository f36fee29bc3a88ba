using ActorCron.Core.Documents;
using ActorCron.Core.Schedules;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>What the writes of one schedule share: reading the document, and answering with what is stored.</summary>
internal static class ScheduleWrites
{
    /// <summary>The schedule of a document.</summary>
    /// <exception cref="ApiProblem">400, with every field that is wrong.</exception>
    public static Schedule Parse(ApiContext api, byte[] document, string id)
    {
        return ScheduleDocument.TryParse(document, api.Defaults, id, out var schedule, out var problems) ? schedule : throw ApiProblem.Bad(problems);
    }

    /// <summary>Answers 200 or 201 with the stored schedule.</summary>
    /// <exception cref="ApiProblem">412 or 400: it was not stored.</exception>
    public static async Task AnswerAsync(HttpContext context, ApiContext api, Precondition precondition, PutOutcome outcome)
    {
        if (outcome.Kind == PutKind.PreconditionFailed) throw Failed(precondition, outcome.Reason);
        if (outcome.Kind == PutKind.Rejected) throw ApiProblem.Bad(outcome.Field ?? "body", outcome.Reason ?? "is refused");
        var stored = outcome.Stored!;
        if (api.Admission.Warning(stored.Schedule, api.Gateway.GetCluster().Members.Count) is { } warning) context.Response.Headers.Warning = $"299 actorcron \"{warning}\"";
        context.Response.Headers.ETag = EntityTags.Of(stored.Revision);
        if (outcome.Kind == PutKind.Created) context.Response.Headers.Location = $"/api/v1/schedules/{Uri.EscapeDataString(stored.Schedule.Id)}";
        await JsonAnswer.WriteAsync(context, outcome.Kind == PutKind.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, json => StoredScheduleJson.Write(json, stored));
    }

    public static ApiProblem Failed(Precondition precondition, string? reason = null) => new(
        StatusCodes.Status412PreconditionFailed,
        reason ?? "The stored schedule is not the one that the precondition names.",
        precondition.MustNotExist ? "If-None-Match" : "If-Match");
}
