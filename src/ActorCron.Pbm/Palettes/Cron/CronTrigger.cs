using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
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
    private readonly Option<string[]> _param;
    private readonly Option<string?> _params, _key;

    public CronTrigger(PbmContext pbm) : base(pbm, "trigger", "Run a schedule's job now, once, whatever its rule says.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _wait = Takes(new Option<bool>("--wait", "-w") { Description = "Print the output as it comes and wait for the end; exit 1 unless the run succeeded." });
        _interval = Takes(Polling.Interval());
        _param = Takes(new Option<string[]>("--param", "-p") { HelpName = "KEY=VALUE", Description = "One param of this run; JSON where it is valid JSON, else text. With --param or --params none of the schedule's are left. Repeatable." });
        _params = Takes(new Option<string?>("--params") { HelpName = "JSON", Description = "The params of this run as one JSON object, in place of the schedule's." });
        _key = Takes(new Option<string?>("--key") { HelpName = "KEY", Description = "Asked again with the same key within 24 hours, the answer is the same run." });
        Examples = ["pbm cron trigger reports/nightly", "pbm cron trigger reports/nightly --wait && echo sent"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var interval = Polling.ReadInterval(call, _interval);
        using var request = new HttpRequestMessage(HttpMethod.Post, ApiPath.Of("schedules", call.Value(_id), "trigger").ToString()) { Content = ReadParams(call) };
        if (call.Value(_key) is { } key && !request.Headers.TryAddWithoutValidation("Idempotency-Key", key)) throw new UsageException("--key: cannot be sent as a header");
        var run = (await call.Node.SendForStatusAsync(request, cancelled).ConfigureAwait(false)).Body;
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

    private StringContent? ReadParams(Call call)
    {
        var (json, pairs) = (call.Value(_params), call.Value(_param) ?? []);
        if (json is null && pairs.Length == 0) return null;
        var body = new JsonObject { ["params"] = JobParams.Read(null, json, pairs) };
        return new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
    }
}
