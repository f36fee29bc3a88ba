using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron remove ID [--cancel]</c>: removes the schedule; its runs stay, and those that are not through go on unless they are cancelled with it.</summary>
internal sealed class CronRemove : NodeCommand
{
    private const int PageSize = 500;

    private readonly Argument<string> _id;
    private readonly Option<bool> _cancel;

    public CronRemove(PbmContext pbm) : base(pbm, "remove", "Remove a schedule; its runs stay, and those that wait, run or retry go on.")
    {
        Aliases.Add("rm");
        Aliases.Add("delete");
        _id = Takes(ScheduleId.Argument(pbm));
        _cancel = Takes(new Option<bool>("--cancel") { Description = "Cancel its runs that wait, run or retry, too." });
        Examples = ["pbm cron remove reports/nightly", "pbm cron remove reports/nightly --cancel"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var answer = await call.Node.DeleteAsync(ApiPath.Of("schedules", id), cancelled).ConfigureAwait(false);
        if (!call.Value(_cancel))
        {
            call.Done(answer, $"removed {id}");
            return ExitCode.Ok;
        }
        // The schedule goes first, so that none of its runs is made any more.
        var (ended, refused) = await CancelAsync(call, id, cancelled).ConfigureAwait(false);
        if (call.IsJson) call.Console.Out.WriteLine(Document(id, ended));
        else call.Console.Out.WriteLine(Cell.Clean($"removed {id}, cancelled {ended.Count} {(ended.Count == 1 ? "run" : "runs")}"));
        foreach (var run in refused) call.Console.Error.WriteLine(Cell.Clean($"not cancelled: {run}"));
        return refused.Count == 0 ? ExitCode.Ok : ExitCode.Refused;
    }

    private static async Task<(List<string> Ended, List<string> Refused)> CancelAsync(Call call, string id, CancellationToken cancelled)
    {
        var (ended, refused, seen) = (new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        string? after = null;
        do
        {
            var page = await call.Node.GetAsync(new ApiPath("runs").With("schedule", id).With("state", "dispatched,running,retrying").With("limit", PageSize).With("after", after), cancelled)
                .ConfigureAwait(false);
            foreach (var run in page.List("items").Select(run => run.Text("runId")).OfType<string>().Where(seen.Add))
            {
                try
                {
                    await call.Node.PostAsync(ApiPath.Of("runs", run, "cancel"), null, cancelled).ConfigureAwait(false);
                    ended.Add(run);
                }
                catch (NodeRefusedException e) when (e.Problem.Status is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
                {
                    if (e.Problem.Status == System.Net.HttpStatusCode.NotFound) refused.Add($"{run}: {e.Problem.Detail}"); // a conflict: it has ended meanwhile
                }
            }
            after = page.Text("next") is { Length: > 0 } next && next != after ? next : null;
        }
        while (after is not null);
        return (ended, refused);
    }

    private static string Document(string id, List<string> ended) => JsonText.Object(json =>
    {
        json.WriteString("removed", id);
        json.WriteStartArray("cancelled");
        foreach (var run in ended) json.WriteStringValue(run);
        json.WriteEndArray();
    });
}
