using ActorCron.Core.Documents;
using ActorCron.Core.Schedules;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Changes what a merge patch names and nothing else. Whoever writes at the same instant loses nothing: the patch is applied to what is
/// stored when it is stored.</summary>
internal sealed class SchedulePatch(ApiContext api)
{
    // Each try that fails means that another write got through.
    private const int Tries = 20;

    public IEnumerable<ApiRoute> Routes => [new("PATCH", "/api/v1/schedules/{id}", PatchAsync)];

    private async Task PatchAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        ScheduleIds.Require(id);
        var asked = EntityTags.Precondition(context.Request);
        if (asked.MustNotExist) throw ApiProblem.Bad("If-None-Match", "does not go with PATCH");
        var patch = await RequestBody.ReadJsonAsync(context);
        for (var tries = 1; ; tries++)
        {
            var stored = await api.Gateway.GetAsync(id, context.RequestAborted) ?? throw ScheduleIds.Missing(id);
            if (asked.Revision is { } wanted && wanted != stored.Revision) throw ScheduleWrites.Failed(asked);
            var outcome = await api.Gateway.PutAsync(Patched(stored.Schedule, patch), new Precondition(Revision: stored.Revision), context.RequestAborted);
            if (outcome.Kind == PutKind.PreconditionFailed && asked.Revision is null && tries < Tries) continue;
            await ScheduleWrites.AnswerAsync(context, api, asked, outcome);
            return;
        }
    }

    private Schedule Patched(Schedule stored, byte[] patch)
    {
        var document = MergePatch.Apply(ScheduleDocument.Serialize(stored), patch);
        if (document.Length > ScheduleDocument.MaxBytes) throw ApiProblem.TooLarge("A document may have 256 KiB at most.");
        // The document is whole: a field that the patch took away has its default.
        var changed = ScheduleWrites.Parse(api, document, stored.Id) with { KeepsPause = false };
        // An entry of a crontab stays one, with what it may do, as long as it runs what the crontab says.
        if (changed.Job == stored.Job) changed = changed.AsEntryOf(stored);
        return api.Admission.Check(changed) is { } refused ? throw ApiProblem.Bad(refused) : changed;
    }
}
