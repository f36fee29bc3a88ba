using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron import FILE</c>: many schedules at once, from NDJSON or a crontab. Good lines count, bad ones are named.</summary>
internal sealed class CronImport : NodeCommand
{
    private const int StartBytes = 4096;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private readonly Argument<string> _file;
    private readonly Option<string> _format;
    private readonly Option<string?> _user, _prefix, _zone, _queue;
    private readonly Option<bool> _system, _dryRun;

    public CronImport(PbmContext pbm) : base(pbm, "import", "Create or update the schedules of an NDJSON file or a crontab. Entries of an earlier crontab of the same user and prefix that this one no longer has are removed. Exit 1 if a line was refused.")
    {
        _file = Takes(new Argument<string>("FILE") { Description = "The file; '-' is standard input." });
        _format = Takes(new Option<string>("--format") { HelpName = "auto|ndjson|crontab", Description = "What the file is.", DefaultValueFactory = _ => "auto" }
            .AcceptOnlyFromAmong("auto", ImportFormat.Ndjson, ImportFormat.Crontab));
        _user = Takes(new Option<string?>("--user", "-u") { HelpName = "U", Description = "Owner of a crontab's entries." });
        _prefix = Takes(new Option<string?>("--prefix") { HelpName = "PREFIX", Description = "Begin the ids of a crontab's entries so." });
        _zone = Takes(new Option<string?>("--zone", "-z", "--time-zone") { HelpName = "ZONE", Description = "IANA time zone of a crontab that names none." });
        _queue = Takes(new Option<string?>("--queue", "-q") { HelpName = "Q", Description = "The queue of a crontab's entries." });
        _system = Takes(new Option<bool>("--system") { Description = "The crontab has a user column, as /etc/crontab." });
        _dryRun = Takes(new Option<bool>("--dry-run") { Description = "Check every line and change nothing." });
        Examples =
        [
            "pbm cron import jobs.ndjson",
            "crontab -l | pbm cron import - --user rob --prefix rob/ --zone Europe/Berlin --dry-run",
            "pbm old-node:9110 cron export | pbm new-node:9110 cron import -",
        ];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var (path, told) = (call.Value(_file), call.Value(_format)!);
        await using var file = path == "-" ? null : Open(path);
        var start = await ReadStartAsync(file ?? call.Console.In, cancelled).ConfigureAwait(false);
        // As of a command before the pipe that failed: an empty crontab would remove what an earlier one brought.
        if (start.Length < StartBytes && string.IsNullOrWhiteSpace(System.Text.Encoding.UTF8.GetString(start.Span).TrimStart('\uFEFF'))) return TellEmpty(call, path);
        var format = told != "auto" ? told : ImportFormat.OfName(path) ?? ImportFormat.OfContent(start.Span);
        var target = new ApiPath("schedules/import")
            .With("user", call.Value(_user)).With("prefix", call.Value(_prefix)).With("timeZone", call.Value(_zone)).With("queue", call.Value(_queue))
            .With("system", call.Value(_system) ? "true" : null).With("dryRun", call.Value(_dryRun) ? "true" : null);

        var answer = await SendAsync(call, target, format, start, file ?? call.Console.In, cancelled).ConfigureAwait(false);
        if (call.IsJson) JsonOutput.Write(call.Console.Out, answer);
        else Report(call, answer, path == "-" ? "stdin" : path);
        return Number(answer, "failed") > 0 || answer.List("errors").Any() ? ExitCode.Refused : ExitCode.Ok;
    }

    private static int TellEmpty(Call call, string path)
    {
        using var nothing = JsonDocument.Parse("""{"created":0,"updated":0,"unchanged":0,"failed":0,"errors":[]}""");
        if (call.IsJson) JsonOutput.Write(call.Console.Out, nothing.RootElement);
        else Report(call, nothing.RootElement, path);
        call.Console.Error.WriteLine($"note: {(path == "-" ? "standard input" : path)} is empty: nothing is imported, and nothing removed");
        return ExitCode.Ok;
    }

    private static async Task<JsonElement> SendAsync(Call call, ApiPath target, string format, ReadOnlyMemory<byte> start, Stream rest, CancellationToken cancelled)
    {
        // The node may think for long about a long file; only silence in both directions is a lost connection.
        using var patience = new IdleTimeout(call.Settings.TimeoutIsGiven ? call.Settings.Timeout : LongestSilence, call.Console.Time, cancelled);
        using var progress = new UploadProgress(call.Console, (rest as FileStream)?.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.ToString());
        request.Content = new UploadContent(start, rest, patience, progress.Report);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ImportFormat.ContentType(format), "utf-8");
        request.Headers.ExpectContinue = true; // a refusal (401, 413) is read before the file is sent, not lost in a reset
        return await call.Node.SendAsync(request, patience).ConfigureAwait(false);
    }

    private static void Report(Call call, JsonElement answer, string name)
    {
        var counts = answer.ValueKind != JsonValueKind.Object ? [] : answer.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Number)
            .Select(property => $"{property.Name} {property.Value.GetRawText()}");
        call.Console.Out.WriteLine(string.Join(", ", counts));
        foreach (var key in (string[])["notes", "warnings", "errors"])
            foreach (var remark in answer.List(key).Where(_ => answer.TryGet(key, out var list) && list.ValueKind == JsonValueKind.Array))
                call.Console.Error.WriteLine(Cell.Clean($"{name}:{remark.Text("line")}: {(key == "errors" ? "" : "note: ")}{remark.Text("error", "note", "warning", "message", "detail") ?? Cell.Of(remark)}"));
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"FILE '{path}': {e.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadStartAsync(Stream from, CancellationToken cancelled)
    {
        var start = new byte[StartBytes];
        var count = await from.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancelled).ConfigureAwait(false);
        return start.AsMemory(0, count);
    }

    private static long Number(JsonElement answer, string key) =>
        long.TryParse(answer.Text(key), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
