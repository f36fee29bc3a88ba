using System.CommandLine;
using System.CommandLine.Parsing;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary><c>pbm run list</c>: runs, newest first; with --follow new ones and changes as they happen.</summary>
internal sealed class RunList : NodeCommand
{
    private static readonly string[] States = ["dispatched", "running", "retrying", "succeeded", "failed", "timedOut", "cancelled", "skipped", "missed", "dead"];

    private readonly Paging _paging = new(defaultLimit: 50);
    private readonly Option<string?> _schedule, _parent, _user, _state, _queue, _from, _to;
    private readonly Option<bool> _follow;
    private readonly Option<string> _interval;

    public RunList(PbmContext pbm) : base(pbm, "list", "List runs, newest first.")
    {
        Aliases.Add("ls");
        _schedule = Takes(new Option<string?>("--schedule", "-s") { HelpName = "ID", Description = "Only this schedule's." });
        _parent = Takes(new Option<string?>("--parent") { HelpName = "RUNID", Description = "The runs that this batch is made of." });
        _user = Takes(new Option<string?>("--user", "-u") { HelpName = "U", Description = "Only this user's." });
        _state = Takes(new Option<string?>("--state") { HelpName = "STATE", Description = $"Only runs in this state: {string.Join(", ", States)}." });
        _state.CompletionSources.Add(States);
        _state.Validators.Add(CheckState);
        _queue = Takes(new Option<string?>("--queue", "-q") { HelpName = "Q", Description = "Only this queue's." });
        _from = Takes(new Option<string?>("--from", "--since") { HelpName = "TIME", Description = $"Only scheduled from here on: {InstantInput.Forms}." });
        _to = Takes(new Option<string?>("--to", "--until") { HelpName = "TIME", Description = "Only scheduled up to here." });
        Takes(_paging.Limit);
        Takes(_paging.After);
        _follow = Takes(new Option<bool>("--follow", "-f") { Description = "Go on with new runs and changes of state until Ctrl+C." });
        _interval = Takes(Polling.Interval());
        Examples =
        [
            "pbm run list --state failed --from 1d",
            "pbm run list --schedule reports/nightly -n 5",
            "pbm run list --follow",
            "pbm run list --parent reports/all@2026-11-24T01:15Z --state failed",
            "pbm -o json run list --limit 0 --from 2026-11-24 | jq -r '.items[].runId'",
        ];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        ApiPath Path() => new ApiPath("runs")
            .With("schedule", call.Value(_schedule)).With("parent", call.Value(_parent)).With("user", call.Value(_user)).With("state", call.Value(_state)).With("queue", call.Value(_queue))
            .With("from", InstantInput.Read("--from", call.Value(_from), call.Now))
            .With("to", InstantInput.Read("--to", call.Value(_to), call.Now));
        var interval = Polling.ReadInterval(call, _interval); // also where it is not needed: a slip is told, not passed over
        if (call.Value(_follow))
            await new RunFeed(call, Path, call.Value(_paging.Limit) ?? 50).FollowAsync(interval, cancelled).ConfigureAwait(false);
        else
            await _paging.PrintAsync(call, Path, RunColumns.For(call.Console.Time), "No runs.", cancelled).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static void CheckState(OptionResult result)
    {
        foreach (var word in result.Tokens.SelectMany(token => token.Value.Split(',')).Where(word => !States.Contains(word)))
        {
            var meant = Typos.Nearest(word, States);
            result.AddError($"--state: '{word}' is no state{(meant is null ? "" : $"; did you mean '{meant}'")}; the states: {string.Join(", ", States)}");
        }
    }
}
