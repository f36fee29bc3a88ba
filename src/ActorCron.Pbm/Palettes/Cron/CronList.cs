using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron list</c>: all schedules, or those that the filters leave.</summary>
internal sealed class CronList : NodeCommand
{
    private readonly Paging _paging = new(defaultLimit: null);
    private readonly ScheduleFilter _filter = new();

    public CronList(PbmContext pbm) : base(pbm, "list", "List schedules, ordered by id.")
    {
        Aliases.Add("ls");
        foreach (var option in _filter.Options) Takes(option);
        Takes(_paging.Limit);
        Takes(_paging.After);
        Examples = ["pbm cron list --user rob --paused", "pbm cron list --prefix reports/ -o json"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        await _paging.PrintAsync(call, () => _filter.AddTo(new ApiPath("schedules"), call), ScheduleColumns.All, "No schedules.", cancelled).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
