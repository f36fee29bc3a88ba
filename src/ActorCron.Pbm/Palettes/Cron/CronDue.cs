using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron due</c>: the schedules that name a minute, by default this one.</summary>
internal sealed class CronDue : NodeCommand
{
    private readonly Option<string?> _at, _user;

    public CronDue(PbmContext pbm) : base(pbm, "due", "List the schedules that name a minute.")
    {
        _at = Takes(new Option<string?>("--at") { HelpName = "TIME", Description = $"The minute: {InstantInput.Forms}. [default: now]" });
        _user = Takes(new Option<string?>("--user", "-u") { HelpName = "U", Description = "Only this user's." });
        Examples = ["pbm cron due", "pbm cron due --at 2026-12-24T18:00Z"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var path = new ApiPath("due").With("at", InstantInput.Read("--at", call.Value(_at), call.Now)).With("user", call.Value(_user));
        var answer = await call.Node.GetAsync(path, cancelled).ConfigureAwait(false);
        call.Rows(answer, ScheduleColumns.All, answer.List("items", "schedules"), "Nothing is due in that minute.");
        return ExitCode.Ok;
    }
}
