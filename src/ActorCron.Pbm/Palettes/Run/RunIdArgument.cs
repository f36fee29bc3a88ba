using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>The id of a run on the command line, completed from the newest runs; after <c>SCHEDULE@</c> from that schedule's.</summary>
internal static class RunIdArgument
{
    public static Argument<string> Create(PbmContext pbm, bool orSchedule = false)
    {
        var id = new Argument<string>("RUNID") { HelpName = "RUNID", Description = $"The run: SCHEDULE@2026-11-24T01:15Z, as 'run list' shows it{(orSchedule ? "; a schedule's id stands for its newest run" : "")}." };
        id.CompletionSources.Add(completion =>
        {
            var begun = completion.WordToComplete;
            var at = begun.IndexOf('@', StringComparison.Ordinal);
            return ServerCompletion.Words(
                pbm, completion.ParseResult, new ApiPath("runs").With("schedule", at > 0 ? begun[..at] : null).With("limit", 100), run => run.Text("runId"));
        });
        return id;
    }
}
