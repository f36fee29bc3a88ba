using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary><c>pbm run show RUNID</c>: one run with every field; the output has its own command.</summary>
internal sealed class RunShow : NodeCommand
{
    private readonly Argument<string> _id;

    public RunShow(PbmContext pbm) : base(pbm, "show", "Show one run with every field.")
    {
        Aliases.Add("describe");
        _id = Takes(RunIdArgument.Create(pbm, orSchedule: true));
        Examples = ["pbm run show reports/nightly@2026-11-24T01:15Z"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var run = await NewestRun.GetAsync(call, call.Value(_id), cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, run);
        else TableOutput.WritePairs(call.Console, Pairs.Of(run).Select(pair => pair.Name == "output" ? (pair.Name, Summary(pair.Value)) : pair));
        return ExitCode.Ok;
    }

    private static string Summary(string output) => output.Length switch
    {
        0 => "",
        <= 200 when !output.TrimEnd().Contains('\n', StringComparison.Ordinal) => output.TrimEnd(),
        _ => $"{output.Length} characters, see 'run output'",
    };
}
