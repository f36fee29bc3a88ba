using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Actor;

/// <summary><c>pbm actor hierarchy -d N -s PATH</c>: one full path a line, depth first.</summary>
internal sealed class ActorHierarchy : NodeCommand
{
    private readonly Option<int?> _depth;
    private readonly Option<string?> _start;

    public ActorHierarchy(PbmContext pbm) : base(pbm, "hierarchy", "Print the paths of the node's actors, depth first.")
    {
        _depth = Takes(NumberOption.Create(["--depth", "-d", "-D"], "Levels below the start; 0 is the start alone.", 0, 32, 4));
        _start = Takes(new Option<string?>("--start", "-s", "-S") { HelpName = "PATH", Description = "Where to begin: /user, /system, /user/scheduler … [default: the node's choice]" });
        Examples = ["pbm actor hierarchy -d 6 -s /user", "pbm actor hierarchy -s /system/sharding"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var answer = await call.Node.GetAsync(new ApiPath("actors").With("path", call.Value(_start)).With("depth", call.Value(_depth)), cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else
            foreach (var path in answer.List("paths", "items")) call.Console.Out.WriteLine(Cell.Clean(Cell.Of(path)));
        return ExitCode.Ok;
    }
}
