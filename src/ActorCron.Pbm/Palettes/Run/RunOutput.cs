using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary><c>pbm run output RUNID</c>: what the job wrote, as it wrote it; the run's error goes to standard error.</summary>
internal sealed class RunOutput : NodeCommand
{
    private readonly Argument<string> _id;

    public RunOutput(PbmContext pbm) : base(pbm, "output", "Print what the job wrote (its head and tail, at most 64 KiB).")
    {
        Aliases.Add("logs");
        _id = Takes(RunIdArgument.Create(pbm, orSchedule: true));
        Examples = ["pbm run output reports/nightly        # of its newest run", "pbm run output reports/nightly@2026-11-24T01:15Z | less"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var run = await NewestRun.GetAsync(call, call.Value(_id), cancelled).ConfigureAwait(false);
        if (call.IsJson)
        {
            JsonOutput.Write(call.Console.Out, run);
            return ExitCode.Ok;
        }
        var output = run.Text("output") ?? "";
        call.Console.Out.Write(output);
        if (call.Console.OutIsTerminal && output.Length > 0 && !output.EndsWith('\n')) call.Console.Out.WriteLine();
        call.Console.Out.Flush();
        if (run.Text("error") is { Length: > 0 } error) call.Console.Error.WriteLine($"run {run.Text("state")}: {Cell.Clean(error)}");
        return ExitCode.Ok;
    }
}
