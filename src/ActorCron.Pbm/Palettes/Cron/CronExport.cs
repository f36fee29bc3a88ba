using System.CommandLine;
using System.Text;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron export [FILE]</c>: every schedule, one JSON document a line, as <c>cron import</c> takes it.</summary>
internal sealed class CronExport : NodeCommand
{
    private readonly Argument<string?> _file;
    private readonly ScheduleFilter _filter = new();

    public CronExport(PbmContext pbm) : base(pbm, "export", "Write all schedules, or those that the filters leave, one JSON document a line (NDJSON).")
    {
        _file = Takes(new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "Where to; replaced only once all is there. [default: standard output]" });
        foreach (var option in _filter.Options) Takes(option);
        Examples = ["pbm cron export > schedules.ndjson", "pbm cron export /backup/schedules.ndjson"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        if (call.Value(_file) is not { } path || path == "-")
        {
            await CopyAsync(call, call.Console.Out, cancelled).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        if (string.IsNullOrWhiteSpace(path)) throw new UsageException("FILE: give the name of a file, or leave it out for standard output");
        var unfinished = $"{path}.{Environment.ProcessId}.part";
        try
        {
            long count;
            await using (var writer = new StreamWriter(unfinished, append: false, new UTF8Encoding(false)) { NewLine = "\n" })
                count = await CopyAsync(call, writer, cancelled).ConfigureAwait(false);
            File.Move(unfinished, path, overwrite: true);
            await call.Console.Error.WriteLineAsync($"{count} schedules to {path}").ConfigureAwait(false);
        }
        finally
        {
            File.Delete(unfinished);
        }
        return ExitCode.Ok;
    }

    private async Task<long> CopyAsync(Call call, TextWriter to, CancellationToken cancelled)
    {
        var count = 0L;
        await foreach (var line in call.Node.LinesAsync(_filter.AddTo(new ApiPath("schedules/export"), call), cancelled).ConfigureAwait(false))
        {
            await to.WriteLineAsync(line).ConfigureAwait(false);
            count++;
        }
        return count;
    }
}
