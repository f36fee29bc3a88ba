using System.Net;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>A run by its id; by a schedule's id its newest one, which is the one that a person mostly means.</summary>
internal static class NewestRun
{
    public static Task<JsonElement> GetAsync(Call call, string id, CancellationToken cancelled) =>
        OrAsync(call, id, run => call.Node.GetAsync(ApiPath.Of("runs", run), cancelled), cancelled);

    /// <summary>Asks for the run; where there is none, for the newest run of the schedule of that id.</summary>
    public static async Task<T> OrAsync<T>(Call call, string id, Func<string, Task<T>> ask, CancellationToken cancelled)
    {
        try
        {
            return await ask(id).ConfigureAwait(false);
        }
        catch (NodeRefusedException e) when (e.Problem.Status == HttpStatusCode.NotFound)
        {
            var newest = await call.Node.GetAsync(new ApiPath("runs").With("schedule", id).With("limit", 1), cancelled).ConfigureAwait(false);
            if (newest.List("items").Select(run => run.Text("runId")).FirstOrDefault() is not { } run || run == id) throw;
            if (!call.IsJson) await call.Console.Error.WriteLineAsync(Cell.Clean($"run {run}")).ConfigureAwait(false);
            return await ask(run).ConfigureAwait(false);
        }
    }
}
