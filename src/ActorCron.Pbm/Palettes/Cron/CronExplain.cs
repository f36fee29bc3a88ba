using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron explain "CRON"</c>: a rule in words, its next fire times, and what clock changes do to it.</summary>
internal sealed class CronExplain : NodeCommand
{
    private readonly Argument<string> _cron;
    private readonly Option<string?> _zone, _id;
    private readonly Option<int?> _count;
    private readonly Option<string?> _from;

    public CronExplain(PbmContext pbm) : base(pbm, "explain", "Say a rule in words, with its next fire times and what clock changes do to it.")
    {
        _cron = Takes(new Argument<string>("CRON") { Description = "The rule, quoted as one word." });
        _zone = Takes(new Option<string?>("--zone", "-z", "--time-zone") { HelpName = "ZONE", Description = "An IANA time zone. [default: the node's]" });
        _id = Takes(new Option<string?>("--id") { HelpName = "ID", Description = "The schedule that is to have the rule: H stands for a value that follows from its id." });
        _count = Takes(CronNext.Count());
        _from = Takes(CronNext.From());
        Examples = ["pbm cron explain '30 2 * * *' --zone Europe/Berlin --from 2027-03-27", "pbm cron explain '0 9 1,15 * mon'"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var zone = call.Value(_zone);
        var from = InstantInput.Read("--from", call.Value(_from), call.Now, zone);
        var body = JsonText.Object(json =>
        {
            json.WriteString("cron", call.Value(_cron));
            if (zone is not null) json.WriteString("timeZone", zone);
            if (call.Value(_id) is { } id) json.WriteString("id", id);
            json.WriteNumber("count", call.Value(_count) ?? 5);
            if (from is not null) json.WriteString("from", from);
        });
        var answer = await call.Node.PostAsync(new ApiPath("cron/explain"), body, cancelled).ConfigureAwait(false);
        if (call.IsJson)
        {
            JsonOutput.Write(call.Console.Out, answer);
            return ExitCode.Ok;
        }
        if (answer.Text("description") is { } words) call.Console.Out.WriteLine(Cell.Clean(words));
        foreach (var note in answer.List("notes")) call.Console.Out.WriteLine($"Note: {Cell.Clean(Cell.Of(note))}");
        FireTimes.Print(call, answer, answer.Text("timeZone") ?? zone);
        return ExitCode.Ok;
    }
}
