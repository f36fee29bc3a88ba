using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron backfill ID --from --to</c>: one run for each past occurrence that has none.</summary>
internal sealed class CronBackfill : NodeCommand
{
    // The node refuses a range that ends in its future, and its clock may be a little behind ours.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(2);

    private readonly Argument<string> _id;
    private readonly Option<string> _from;
    private readonly Option<string?> _to;
    private readonly Option<bool> _dryRun;
    private readonly Option<bool> _again;

    public CronBackfill(PbmContext pbm) : base(pbm, "backfill", "Make one run for each past occurrence of a range that has none.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _from = Takes(new Option<string>("--from", "--start-time") { HelpName = "TIME", Required = true, Description = $"The range's start: {InstantInput.Forms}." });
        _to = Takes(new Option<string?>("--to", "--end-time") { HelpName = "TIME", Description = "The range's end. [default: now]" });
        _dryRun = Takes(new Option<bool>("--dry-run") { Description = "Only say what would be run." });
        _again = Takes(new Option<bool>("--again") { Description = "Also run what may have run before: its time has no records any more." });
        Examples = ["pbm cron backfill reports/nightly --from 2026-11-01 --to 2026-11-08", "pbm cron backfill reports/nightly --from 3d --dry-run"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var body = JsonText.Object(json =>
        {
            json.WriteString("from", InstantInput.Read("--from", call.Value(_from), call.Now));
            json.WriteString("to", InstantInput.Read("--to", call.Value(_to), call.Now) ?? InstantInput.Format(call.Now - ClockSkew));
            if (call.Value(_dryRun)) json.WriteBoolean("dryRun", true);
            if (call.Value(_again)) json.WriteBoolean("again", true);
        });
        var answer = await call.Node.PostAsync(ApiPath.Of("schedules", call.Value(_id), "backfill"), body, cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else if (answer.List("items", "runs").ToList() is { Count: > 0 } runs) PrintRuns(call, answer, runs);
        else if (answer.ValueKind == JsonValueKind.Object) call.Document(answer);
        else call.Done(answer, $"backfilling {call.Value(_id)}");
        if (!call.IsJson && answer.Text("expired") is { } expired and not "0")
            call.Console.Error.WriteLine($"{expired} may have run before: retention has removed the records of their time. --again runs them all the same.");
        return ExitCode.Ok;
    }

    private static void PrintRuns(Call call, JsonElement answer, List<JsonElement> runs)
    {
        foreach (var run in runs) call.Console.Out.WriteLine(Cell.Clean(run.ValueKind == JsonValueKind.Object ? run.Text("runId") ?? "" : Cell.Of(run)));
        if (answer.Text("created") is { } created) call.Console.Error.WriteLine($"{created} of {answer.Text("occurrences")} occurrences had no run.");
    }
}
