using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>Follows one run to its end: its output as it grows on standard output, its states on standard error;
/// in JSON the whole run on one line whenever it has changed.</summary>
internal static class RunFollower
{
    private static readonly HashSet<string> Ends = ["succeeded", "failed", "timedOut", "cancelled", "skipped", "missed", "dead"];

    public static bool HasEnded(string? state) => state is not null && Ends.Contains(state);

    /// <summary>The state that the run ended in, or null when the user stopped before.</summary>
    public static async Task<string?> FollowAsync(Call call, string runId, TimeSpan interval, CancellationToken cancelled)
    {
        var (state, attempt, output, document) = ("", "", "", "");
        var hasEnded = await Polling.UntilAsync(call, interval, async stop =>
        {
            var run = await call.Node.GetAsync(ApiPath.Of("runs", runId), stop).ConfigureAwait(false);
            if (call.IsJson)
            {
                if (document != (document = run.GetRawText())) JsonOutput.WriteLine(call.Console.Out, run);
            }
            else
            {
                if (attempt != (attempt = run.Text("attempt") ?? "")) output = ""; // a new attempt begins a new output
                var written = run.Text("output") ?? "";
                await call.Console.Out.WriteAsync(OutputGrowth.Since(output, written)).ConfigureAwait(false);
                await call.Console.Out.FlushAsync(stop).ConfigureAwait(false);
                output = written;
                if (state != run.Text("state")) await call.Console.Error.WriteLineAsync(Line(run)).ConfigureAwait(false);
            }
            state = run.Text("state") ?? "";
            return !HasEnded(state);
        }, cancelled).ConfigureAwait(false);
        return hasEnded ? state : null;
    }

    private static string Line(System.Text.Json.JsonElement run)
    {
        var details = new List<string>();
        if (run.Text("attempt") is { } attempt and not "0" and not "1") details.Add($"attempt {attempt}");
        if (run.Text("node") is { Length: > 0 } node) details.Add($"on {node}");
        if (run.Text("exitCode") is { } code) details.Add($"exit code {code}");
        if (run.Text("error") is { Length: > 0 } error) details.Add(error);
        return Cell.Clean($"run {run.Text("state")}{(details.Count > 0 ? $": {string.Join(", ", details)}" : "")}");
    }
}
