using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Which schedules a list or an export is about.</summary>
internal sealed class ScheduleFilter
{
    private readonly Option<string?> _user = new("--user", "-u") { HelpName = "U", Description = "Only this user's." };
    private readonly Option<string?> _tag = new("--tag") { HelpName = "TAG", Description = "Only those with this tag." };
    private readonly Option<string?> _queue = new("--queue", "-q") { HelpName = "Q", Description = "Only those of this queue." };
    private readonly Option<string?> _prefix = new("--prefix") { HelpName = "PREFIX", Description = "Only ids that begin so." };
    private readonly Option<bool?> _paused = new("--paused") { HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne, Description = "Only paused ones; with 'false' only active ones." };

    public IEnumerable<Option> Options => [_user, _tag, _queue, _prefix, _paused];

    public ApiPath AddTo(ApiPath path, Call call) => path
        .With("user", call.Value(_user)).With("tag", call.Value(_tag)).With("queue", call.Value(_queue))
        .With("paused", !call.Has(_paused) ? null : call.Value(_paused) == false ? "false" : "true")
        .With("prefix", call.Value(_prefix));
}
