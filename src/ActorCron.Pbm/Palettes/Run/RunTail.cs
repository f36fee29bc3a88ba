using System.CommandLine;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary><c>pbm run tail RUNID</c>: the job's output as it grows, until the run ends or Ctrl+C.</summary>
internal sealed class RunTail : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly Option<string> _interval;

    public RunTail(PbmContext pbm) : base(pbm, "tail", "Print the job's output as it grows, until the run ends or Ctrl+C.")
    {
        _id = Takes(RunIdArgument.Create(pbm, orSchedule: true));
        _interval = Takes(Polling.Interval());
        Examples = ["pbm run tail reports/nightly@2026-11-24T01:15Z"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var interval = Polling.ReadInterval(call, _interval);
        await NewestRun.OrAsync(call, call.Value(_id), id => RunFollower.FollowAsync(call, id, interval, cancelled), cancelled).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
