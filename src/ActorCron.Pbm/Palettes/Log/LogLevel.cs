using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Log;

/// <summary><c>pbm log level [LEVEL]</c>: what the node logs, or from now on, until it restarts.</summary>
internal sealed class LogLevel : NodeCommand
{
    private readonly Argument<string?> _level;

    public LogLevel(PbmContext pbm) : base(pbm, "level", "Show what the node logs, or change it until it restarts.")
    {
        _level = Takes(new Argument<string?>("LEVEL") { Arity = ArgumentArity.ZeroOrOne, Description = "debug, info, warning or error." }.AcceptOnlyFromAmong("debug", "info", "warning", "error"));
        Examples = ["pbm log level", "pbm log level debug"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var level = call.Value(_level);
        if (level is null)
        {
            var current = await call.Node.GetAsync(new ApiPath("log/level"), cancelled).ConfigureAwait(false);
            call.Done(current, current.Text("level") ?? "");
            return ExitCode.Ok;
        }
        var answer = await call.Node.PutAsync(new ApiPath("log/level"), JsonText.Object(json => json.WriteString("level", level)), cancelled).ConfigureAwait(false);
        call.Done(answer, $"level {answer.Text("level") ?? level}");
        return ExitCode.Ok;
    }
}
