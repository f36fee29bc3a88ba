using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron show ID</c>: one schedule with every field.</summary>
internal sealed class CronShow : NodeCommand
{
    private readonly Argument<string> _id;

    public CronShow(PbmContext pbm) : base(pbm, "show", "Show one schedule with every field.")
    {
        Aliases.Add("describe");
        _id = Takes(ScheduleId.Argument(pbm));
        Examples = ["pbm cron show reports/nightly", "pbm -o json cron show reports/nightly > nightly.json"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        call.Document(await call.Node.GetAsync(ApiPath.Of("schedules", call.Value(_id)), cancelled).ConfigureAwait(false));
        return ExitCode.Ok;
    }
}
