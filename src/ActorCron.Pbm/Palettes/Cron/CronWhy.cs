using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron why ID</c>: every occurrence of a range with what became of it and why (the API's verdicts).</summary>
internal sealed class CronWhy : NodeCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        new("OCCURRENCE", VerdictRanges.Occurrence),
        new("VERDICT", verdict => verdict.Text("verdict", "state"), ColumnKind.State),
        Column.Of("RUN", "runId", rank: 1),
        new("WHY", verdict => verdict.Text("reason", "why"), ColumnKind.Prose),
    ];

    private readonly Argument<string> _id;
    private readonly Option<string> _from, _to;
    private readonly Option<bool> _each;

    public CronWhy(PbmContext pbm) : base(pbm, "why", "Say what became of every occurrence, and why: it ran, was skipped, missed, paused.")
    {
        Aliases.Add("verdicts");
        _id = Takes(ScheduleId.Argument(pbm));
        _from = Takes(new Option<string>("--from") { HelpName = "TIME", Description = $"The range's start: {InstantInput.Forms}.", DefaultValueFactory = _ => "1d" });
        _to = Takes(new Option<string>("--to") { HelpName = "TIME", Description = "The range's end.", DefaultValueFactory = _ => "now" });
        _each = Takes(new Option<bool>("--each") { Description = "On a terminal too, a line for each occurrence: those without a run that have the same verdict are drawn together there." });
        Examples = ["pbm cron why reports/nightly", "pbm cron why reports/nightly --from 2026-11-01 --to 2026-11-08"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var path = ApiPath.Of("schedules", call.Value(_id), "verdicts")
            .With("from", InstantInput.Read("--from", call.Value(_from), call.Now))
            .With("to", InstantInput.Read("--to", call.Value(_to), call.Now));
        var answer = await call.Node.GetAsync(path, cancelled).ConfigureAwait(false);
        var verdicts = answer.List("items", "verdicts");
        if (call.Console.OutIsTerminal && !call.Value(_each)) verdicts = VerdictRanges.Collapse(verdicts);
        call.Rows(answer, Columns, verdicts, "The schedule names no time in that range.");
        return ExitCode.Ok;
    }
}
