using System.Net;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>What a person is told of a schedule that was written.</summary>
internal static class ScheduleWritten
{
    public static async Task TellAsync(Call call, string id, NodeAnswer answer)
    {
        foreach (var warning in answer.Warnings) await call.Console.Error.WriteLineAsync($"warning: {Cell.Clean(warning)}").ConfigureAwait(false);
        var fires = answer.Body.Text("nextFire");
        var next = Cell.TryInstant(fires, out var at) ? $", next {Cell.Instant(fires)} ({Cell.Relative(at, call.Now)})" : "";
        call.Done(answer.Body, $"{(answer.Status == HttpStatusCode.Created ? "created" : "updated")} {id}{next}");
    }
}
