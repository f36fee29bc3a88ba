using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>The id of a schedule on the command line, completed from the node; help shows the name, as it would else ask the node for all words.</summary>
internal static class ScheduleId
{
    public static Argument<string> Argument(PbmContext pbm, string description = "The schedule.")
    {
        var id = new Argument<string>("ID") { HelpName = "ID", Description = description };
        id.CompletionSources.Add(completion => ServerCompletion.Words(
            pbm, completion.ParseResult, new ApiPath("schedules").With("prefix", completion.WordToComplete).With("limit", 50), item => item.Text("id")));
        return id;
    }
}
