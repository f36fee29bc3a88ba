using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron remove ID</c>: removes the schedule; its runs stay.</summary>
internal sealed class CronRemove : NodeCommand
{
    private readonly Argument<string> _id;

    public CronRemove(PbmContext pbm) : base(pbm, "remove", "Remove a schedule; its runs stay.")
    {
        Aliases.Add("rm");
        Aliases.Add("delete");
        _id = Takes(ScheduleId.Argument(pbm));
        Examples = ["pbm cron remove reports/nightly"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var answer = await call.Node.DeleteAsync(ApiPath.Of("schedules", id), cancelled).ConfigureAwait(false);
        call.Done(answer, $"removed {id}");
        return ExitCode.Ok;
    }
}
