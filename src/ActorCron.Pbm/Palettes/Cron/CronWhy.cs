using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron why ID</c>: what became of the occurrences of a range and why (the API's verdicts), newest first, as a story of a few lines.</summary>
internal sealed class CronWhy : NodeCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        new("OCCURRENCE", VerdictStretch.Occurrence),
        new("VERDICT", verdict => verdict.Text("verdict", "state"), ColumnKind.State),
        Column.Of("RUN", "runId", rank: 1),
        new("WHY", verdict => verdict.Text("reason", "why"), ColumnKind.Prose),
    ];

    private readonly Argument<string> _id;
    private readonly Option<string?> _from, _to;
    private readonly Option<bool> _each;

    public CronWhy(PbmContext pbm) : base(pbm, "why", "Say what became of each occurrence, and why: it ran, was skipped, missed, paused. Newest first; those that are alike are one line.")
    {
        Aliases.Add("verdicts");
        _id = Takes(ScheduleId.Argument(pbm));
        _from = Takes(new Option<string?>("--from") { HelpName = "TIME", Description = $"The range's start: {InstantInput.Forms}. [default: a day before its end, or the schedule's creation]" });
        _to = Takes(new Option<string?>("--to") { HelpName = "TIME", Description = "The range's end. [default: now]" });
        _each = Takes(new Option<bool>("--each") { Description = "A line for each occurrence." });
        Examples = ["pbm cron why reports/nightly", "pbm cron why reports/nightly --from 2026-11-01 --to 2026-11-08"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var path = ApiPath.Of("schedules", id, "verdicts")
            .With("from", InstantInput.Read("--from", call.Value(_from), call.Now))
            .With("to", InstantInput.Read("--to", call.Value(_to), call.Now));
        var answer = await call.Node.GetAsync(path, cancelled).ConfigureAwait(false);
        var verdicts = answer.List("items", "verdicts").ToList();
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else if (verdicts.Count == 0) await TellNothingAsync(call, id, cancelled).ConfigureAwait(false);
        else if (call.Value(_each)) TableOutput.Write(call.Console, Columns, Enumerable.Reverse(verdicts));
        else TellStory(call, VerdictStory.Of(verdicts), verdicts.Count);
        return ExitCode.Ok;
    }

    private static void TellStory(Call call, IReadOnlyList<VerdictStretch> story, int occurrences)
    {
        TableOutput.Write(call.Console, Columns, story.Select(stretch => stretch.ToRow()));
        call.Console.Out.Flush();
        if (story.Count < occurrences) call.Console.Error.WriteLine($"{occurrences} occurrences; --each lists them one by one.");
    }

    // A schedule of this minute has no story yet, but a beginning and a next time.
    private static async Task TellNothingAsync(Call call, string id, CancellationToken cancelled)
    {
        var schedule = await call.Node.GetAsync(ApiPath.Of("schedules", id), cancelled).ConfigureAwait(false);
        var next = schedule.Flag("paused") == true ? "it is paused"
            : Cell.TryInstant(schedule.Text("nextFire"), out var at) ? $"its next one is {Cell.Instant(schedule.Text("nextFire"))} ({Cell.Relative(at, call.Now)})"
            : "it does not fire again";
        await call.Console.Error.WriteLineAsync(Cell.Clean($"No occurrence of {id} in that range: it was created at {Cell.Instant(schedule.Text("createdAt"))}; {next}.")).ConfigureAwait(false);
    }
}
