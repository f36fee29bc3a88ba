using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Log;

/// <summary><c>pbm log tail</c>: the last lines of the node's log and then each new one, until Ctrl+C.</summary>
internal sealed class LogTail : NodeCommand
{
    private const int PageSize = 500;
    private static readonly string[] Levels = ["debug", "info", "warning", "error"];

    private readonly Option<int?> _lines;
    private readonly Option<string?> _level;
    private readonly Option<bool> _noFollow;
    private readonly Option<string> _interval;

    public LogTail(PbmContext pbm) : base(pbm, "tail", "Print the last lines of the node's log and then each new one, until Ctrl+C.")
    {
        _lines = Takes(NumberOption.Create(["--lines", "-n"], "How many lines to begin with.", 0, int.MaxValue, 20));
        _level = Takes(new Option<string?>("--level") { HelpName = string.Join('|', Levels), Description = "Only lines of this level or graver." }.AcceptOnlyFromAmong(Levels));
        _noFollow = Takes(new Option<bool>("--no-follow") { Description = "Stop after the last line that is there." });
        _interval = Takes(Polling.Interval());
        Examples = ["pbm log tail --level warning", "pbm log tail -n 200 --no-follow"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        string? next = null;
        var first = call.Value(_lines) ?? 20;
        var least = Math.Max(0, Array.IndexOf(Levels, call.Value(_level)));
        await Polling.UntilAsync(call, Polling.ReadInterval(call, _interval), async stop =>
        {
            while (true)
            {
                var size = next is null ? Math.Clamp(first, 1, PageSize) : PageSize;
                var answer = await call.Node.GetAsync(new ApiPath("log").With("after", next).With("limit", size), stop).ConfigureAwait(false);
                var items = answer.List("items").ToList();
                var isFirst = next is null;
                foreach (var item in items.Where(item => Level(item) >= least && !(isFirst && first == 0))) Print(call, item);
                next = answer.Text("next") ?? items.Select(item => item.Text("seq")).LastOrDefault(seq => seq is not null) ?? next;
                if (isFirst || items.Count < PageSize) return !call.Value(_noFollow);
            }
        }, cancelled).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static void Print(Call call, JsonElement item)
    {
        if (call.IsJson) JsonOutput.WriteLine(call.Console.Out, item);
        else call.Console.Out.WriteLine(Cell.Clean($"{item.Text("at")} {item.Text("level")?.ToUpperInvariant(),-7} {item.Text("source")}: {item.Text("message")}"));
    }

    private static int Level(JsonElement item) => item.Text("level")?.ToUpperInvariant() switch
    {
        "DEBUG" or "TRACE" or "VERBOSE" => 0,
        "INFO" or "INFORMATION" => 1,
        "WARNING" or "WARN" => 2,
        _ => 3,
    };
}
