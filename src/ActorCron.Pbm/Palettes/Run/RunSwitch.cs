using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary><c>pbm run cancel</c> and <c>retry</c>.</summary>
internal sealed class RunSwitch : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly string _done;

    private RunSwitch(PbmContext pbm, string name, string done, string description) : base(pbm, name, description)
    {
        _id = Takes(RunIdArgument.Create(pbm));
        _done = done;
        Examples = [$"pbm run {name} reports/nightly@2026-11-24T01:15Z"];
    }

    public static RunSwitch Cancel(PbmContext pbm) =>
        new(pbm, "cancel", "cancelling", "Stop a run: one that waits never starts, one that runs is ended.");

    public static RunSwitch Retry(PbmContext pbm) =>
        new(pbm, "retry", "retrying", "Execute a run that has failed once more, as its next attempt.");

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var answer = await call.Node.PostAsync(ApiPath.Of("runs", id, Name), null, cancelled).ConfigureAwait(false);
        call.Done(answer, answer.Text("state") is { } state ? $"{id} {state}" : $"{_done} {id}");
        return ExitCode.Ok;
    }
}
