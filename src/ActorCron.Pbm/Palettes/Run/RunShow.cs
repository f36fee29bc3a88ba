using System.CommandLine;
using System.Text.Json;
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
        else Print(call, run);
        return ExitCode.Ok;
    }

    private static void Print(Call call, JsonElement run)
    {
        TableOutput.WritePairs(call.Console, Pairs.Of(run).Where(pair => pair.Name != "attempts")
            .Select(pair => pair.Name == "output" ? (pair.Name, Summary(pair.Value)) : pair));
        // The fields above tell of the newest.
        if (run.List("attempts").ToList() is not { Count: > 1 } attempts) return;
        call.Console.Out.WriteLine();
        foreach (var attempt in attempts) call.Console.Out.WriteLine(Line(attempt));
    }

    private static string Line(JsonElement attempt)
    {
        var words = new List<string?> { $"attempt {attempt.Text("attempt")}", attempt.Text("state"), attempt.Text("node"), attempt.Text("started") };
        if (attempt.Text("exitCode") is { } code) words.Add($"exit code {code}");
        words.Add(attempt.Text("error"));
        if (attempt.Text("output") is { Length: > 0 } output) words.Add($"printed: {Summary(output)}");
        return string.Join("  ", words.Where(word => !string.IsNullOrEmpty(word)).Select(word => Cell.Clean(word!)));
    }

    private static string Summary(string output) => output.Length switch
    {
        0 => "",
        <= 200 when !output.TrimEnd().Contains('\n', StringComparison.Ordinal) => output.TrimEnd(),
        _ => $"{output.Length} characters, see 'run output'",
    };
}
