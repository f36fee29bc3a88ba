using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron pause</c> and <c>resume</c>.</summary>
internal sealed class CronSwitch : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly string _done;

    private CronSwitch(PbmContext pbm, string name, string done, string description) : base(pbm, name, description)
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _done = done;
        Examples = [$"pbm cron {name} reports/nightly"];
    }

    public static CronSwitch Pause(PbmContext pbm) =>
        new(pbm, "pause", "paused", "Stop a schedule from firing; running jobs go on.");

    public static CronSwitch Resume(PbmContext pbm) =>
        new(pbm, "resume", "resumed", "Let a paused schedule fire again.");

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var answer = await call.Node.PostAsync(ApiPath.Of("schedules", id, Name), null, cancelled).ConfigureAwait(false);
        call.Done(answer, $"{_done} {id}");
        return ExitCode.Ok;
    }
}
