using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Palettes.Run;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron trigger ID</c>: one run now, whatever the rule says. With --wait the exit code is the run's.</summary>
internal sealed class CronTrigger : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly Option<bool> _wait;
    private readonly Option<string> _interval;

    public CronTrigger(PbmContext pbm) : base(pbm, "trigger", "Run a schedule's job now, once, whatever its rule says.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _wait = Takes(new Option<bool>("--wait", "-w") { Description = "Print the output as it comes and wait for the end; exit 1 unless the run succeeded." });
        _interval = Takes(Polling.Interval());
        Examples = ["pbm cron trigger reports/nightly", "pbm cron trigger reports/nightly --wait && echo sent"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var interval = Polling.ReadInterval(call, _interval);
        var run = await call.Node.PostAsync(ApiPath.Of("schedules", call.Value(_id), "trigger"), null, cancelled).ConfigureAwait(false);
        var runId = run.Text("runId", "id");
        if (!call.Value(_wait) || runId is null)
        {
            call.Done(run, runId ?? $"triggered {call.Value(_id)}");
            return ExitCode.Ok;
        }
        await call.Console.Error.WriteLineAsync($"run {Cell.Clean(runId)}").ConfigureAwait(false);
        var last = await RunFollower.FollowAsync(call, runId, interval, cancelled).ConfigureAwait(false);
        if (last is null) return ExitCode.Interrupted;
        return last == "succeeded" ? ExitCode.Ok : ExitCode.Refused;
    }
}
