using System.Net;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>A run by its id; by a schedule's id its newest one, which is the one that a person mostly means.</summary>
internal static class NewestRun
{
    public static async Task<JsonElement> GetAsync(Call call, string id, CancellationToken cancelled)
    {
        try
        {
            return await call.Node.GetAsync(ApiPath.Of("runs", id), cancelled).ConfigureAwait(false);
        }
        catch (NodeRefusedException e) when (e.Problem.Status == HttpStatusCode.NotFound)
        {
            var newest = await call.Node.GetAsync(new ApiPath("runs").With("schedule", id).With("limit", 1), cancelled).ConfigureAwait(false);
            if (newest.List("items").Select(run => run.Text("runId")).FirstOrDefault() is not { } run) throw;
            if (!call.IsJson) await call.Console.Error.WriteLineAsync(Cell.Clean($"run {run}")).ConfigureAwait(false);
            return await call.Node.GetAsync(ApiPath.Of("runs", run), cancelled).ConfigureAwait(false);
        }
    }
}
