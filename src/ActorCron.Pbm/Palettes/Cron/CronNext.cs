using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron next ID</c>: when a schedule fires next.</summary>
internal sealed class CronNext : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly Option<int?> _count;
    private readonly Option<string?> _from;

    public CronNext(PbmContext pbm) : base(pbm, "next", "Show when a schedule fires next.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _count = Takes(Count());
        _from = Takes(From());
        Examples = ["pbm cron next reports/nightly", "pbm cron next reports/nightly --count 3 --from 2027-03-27"];
    }

    public static Option<int?> Count() => NumberOption.Create(["--count", "-n"], "How many.", 1, 1000, 5);

    public static Option<string?> From() =>
        new("--from") { HelpName = "TIME", Description = $"Count from here: {InstantInput.Forms}. [default: now]" };

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var path = ApiPath.Of("schedules", id, "next").With("count", call.Value(_count)).With("from", InstantInput.Read("--from", call.Value(_from), call.Now));
        var answer = await call.Node.GetAsync(path, cancelled).ConfigureAwait(false);
        if (call.IsJson)
        {
            JsonOutput.Write(call.Console.Out, answer);
            return ExitCode.Ok;
        }
        var zone = answer.Text("timeZone") ?? (await call.Node.GetAsync(ApiPath.Of("schedules", id), cancelled).ConfigureAwait(false)).Text("timeZone");
        FireTimes.Print(call, answer, zone);
        return ExitCode.Ok;
    }
}
