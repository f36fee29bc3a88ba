using System.Collections.Immutable;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Documents;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Text;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Runs;

/// <summary>Runs: list, read, cancel, try again.</summary>
internal sealed class RunEndpoints(ApiContext api)
{
    private const int StreamPage = 500;

    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/api/v1/runs", (context, _) => ListAsync(context)),
        new("GET", "/api/v1/runs/{runId}", GetAsync),
        new("POST", "/api/v1/runs/{runId}/cancel", (context, id) => CommandAsync(context, id, StatusCodes.Status200OK, api.Gateway.CancelRunAsync)),
        new("POST", "/api/v1/runs/{runId}/retry", (context, id) => CommandAsync(context, id, StatusCodes.Status202Accepted, api.Gateway.RetryRunAsync)),
    ];

    private async Task ListAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "schedule", "parent", "user", "state", "queue", "from", "to", "limit", "after");
        var limit = query.Int("limit", 100, 1, 1000);
        if (query.Text("parent") is not null && query.Text("schedule") is not null) throw ApiProblem.Bad("parent", "goes without schedule: it names a batch's run");
        var filter = new RunQuery
        {
            // The runs of a batch are listed under it, not among those of its schedule.
            Schedule = query.Text("parent") ?? query.Text("schedule"),
            User = query.Text("user"),
            States = States(query),
            Queue = query.Text("queue"),
            From = query.Instant("from"),
            To = query.Instant("to"),
            Limit = limit,
            After = query.Text("after", maxLength: 2000),
        };
        if (NdjsonAnswer.IsAsked(context.Request))
        {
            var pageSize = query.Text("limit") is null ? StreamPage : limit;
            await NdjsonAnswer.WriteAsync(context, async after =>
            {
                var read = await ReadAsync(filter with { Limit = pageSize, After = after ?? filter.After }, context.RequestAborted);
                // A limit that was asked for bounds the stream too.
                return (read.Items, query.Text("limit") is null ? read.Next : null);
            }, (json, run) => RunDocument.Write(json, run, withOutput: false));
            return;
        }
        var page = await ReadAsync(filter, context.RequestAborted);
        await JsonAnswer.ItemsAsync(context, page.Items, (json, run) => RunDocument.Write(json, run, withOutput: false), after: JsonAnswer.Next(page.Next));
    }

    private async Task<RunPage> ReadAsync(RunQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await api.Gateway.ListRunsAsync(query, cancellationToken);
        }
        catch (FormatException)
        {
            throw ApiProblem.Bad("after", "is no cursor of this list; take the next of an earlier page");
        }
    }

    private static ImmutableArray<RunState> States(QueryValues query)
    {
        var states = ImmutableArray.CreateBuilder<RunState>();
        foreach (var word in query.Words("state"))
            states.Add(RunStateNames.TryParse(word, out var state) ? state : throw ApiProblem.Bad("state", $"'{word}' must be one of {string.Join(", ", RunStateNames.All)}"));
        return states.ToImmutable();
    }

    private async Task GetAsync(HttpContext context, string id)
    {
        QueryValues.Of(context);
        Require(id);
        var run = await api.Gateway.GetRunAsync(id, context.RequestAborted) ?? throw Missing(id);
        await JsonAnswer.OkAsync(context, json => RunDocument.Write(json, run, withOutput: true));
    }

    private static async Task CommandAsync(HttpContext context, string id, int status, Func<string, CancellationToken, Task<RunCommandOutcome>> command)
    {
        QueryValues.Of(context);
        Require(id);
        await RequestBody.RequireNoFieldsAsync(context);
        var outcome = await command(id, context.RequestAborted);
        switch (outcome.Kind)
        {
            case RunCommandKind.NotFound: throw Missing(id);
            case RunCommandKind.Refused: throw new ApiProblem(StatusCodes.Status409Conflict, outcome.Reason ?? "The run is not in a state for this.");
        }
        await JsonAnswer.WriteAsync(context, status, json => RunDocument.Write(json, outcome.Run!, withOutput: true));
    }

    private static void Require(string id)
    {
        if (NameSyntax.RunId("runId", id) is { } problem) throw ApiProblem.Bad(problem);
    }

    private static ApiProblem Missing(string id) => ApiProblem.NotFound($"There is no run '{id}'.");
}
