using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron add ID "CRON" …</c> or <c>--file</c>: creates a schedule; one that exists only with --replace.</summary>
internal sealed class CronAdd : NodeCommand
{
    private static readonly string[] RuleKeys = ["cron", "every", "at", "minute", "hour", "day", "month", "dayOfWeek"];

    private readonly Argument<string?> _id, _cron;
    private readonly Option<string?> _file, _type, _params, _command, _url, _at, _startAt, _endAt, _ifMatch;
    private readonly Option<string[]> _param, _tags;
    private readonly Option<bool> _paused, _createOnly, _replace;
    private readonly IReadOnlyList<ScheduleFlag> _rule = ScheduleFlags.Rule(), _policies = ScheduleFlags.Policies();

    public CronAdd(PbmContext pbm) : base(pbm, "add", "Create a schedule. One that exists is refused, unless --replace puts the new one in its place.")
    {
        _id = Takes(new Argument<string?>("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "1 to 200 of A-Z a-z 0-9 . _ : / -" });
        _cron = Takes(new Argument<string?>("CRON") { Arity = ArgumentArity.ZeroOrOne, Description = "Five fields (or six, with leading seconds) or a macro such as @hourly, quoted as one word." });
        _type = Takes(new Option<string?>("--type", "-t") { HelpName = "TYPE", Description = "The job type: noop, shell, http, or one that the nodes' code registers." });
        _command = Takes(new Option<string?>("--command", "-c") { HelpName = "LINE", Description = "Short for --type shell --param command=LINE." });
        _url = Takes(new Option<string?>("--url") { HelpName = "URL", Description = "Short for --type http --param url=URL." });
        _param = Takes(new Option<string[]>("--param", "-p") { HelpName = "KEY=VALUE", Description = "One of the job's params; JSON where it is valid JSON (5, true, \"5\"), else text. Repeatable." });
        _params = Takes(new Option<string?>("--params") { HelpName = "JSON", Description = "The job's params as one JSON object." });
        _file = Takes(new Option<string?>("--file", "-f") { HelpName = "FILE", Description = "Take the schedule from this JSON document ('-': standard input); further options win over it." });
        _at = Takes(new Option<string?>("--at") { HelpName = "TIME", Description = "Instead of CRON: once, at this time (+10m is from now; without an offset it is in --zone)." });
        foreach (var flag in _rule) Takes(flag.Option);
        foreach (var flag in _policies) Takes(flag.Option);
        _tags = Takes(new Option<string[]>("--tag") { HelpName = "TAG", Description = "A tag. Repeatable." });
        _startAt = Takes(new Option<string?>("--start-at") { HelpName = "TIME", Description = "It does not fire before." });
        _endAt = Takes(new Option<string?>("--end-at") { HelpName = "TIME", Description = "It does not fire after." });
        _paused = Takes(new Option<bool>("--paused") { Description = "Create it paused." });
        _replace = Takes(new Option<bool>("--replace") { Description = "Put it in the place of the schedule with this id: what is not given here gets its default." });
        _createOnly = Takes(new Option<bool>("--create-only") { Description = "Never replace (that is so without it, too).", Hidden = true });
        _ifMatch = Takes(IfMatch.Option("Replace only this version."));
        Examples =
        [
            "pbm cron add ping --every 90s --url https://example.org/ping",
            "pbm cron add reports/nightly '15 2 * * mon-fri' --zone Europe/Berlin --command 'make report' --retry-attempts 3 --overlap skip",
            "pbm cron add load '@hourly' --type noop --param sleepMs=200",
            "pbm cron add --file nightly.json",
        ];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var schedule = call.Value(_file) is { } file ? await ScheduleFile.ReadAsync(file, call.Console.In, cancelled).ConfigureAwait(false) : [];
        Fill(schedule, call);
        var id = (schedule["id"] as JsonValue)?.ToString() ?? throw new UsageException("give the schedule's id: pbm cron add ID \"CRON\" …");
        using var request = new HttpRequestMessage(HttpMethod.Put, ApiPath.Of("schedules", id).ToString())
        {
            Content = new StringContent(schedule.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        var etag = call.Value(_ifMatch);
        if (call.Value(_createOnly) && (call.Value(_replace) || etag is not null)) throw new UsageException("--create-only goes with neither --replace nor --if-match");
        var mayReplace = call.Value(_replace) || etag is not null;
        if (!mayReplace) request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        IfMatch.AddTo(request, etag);
        await ScheduleWritten.TellAsync(call, id, await SendAsync(call, request, id, mayReplace, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static async Task<NodeAnswer> SendAsync(Call call, HttpRequestMessage request, string id, bool mayReplace, CancellationToken cancelled)
    {
        try
        {
            return await call.Node.SendForStatusAsync(request, cancelled).ConfigureAwait(false);
        }
        catch (NodeRefusedException e) when (e.Problem.Status == HttpStatusCode.PreconditionFailed && !mayReplace)
        {
            throw new NodeRefusedException(e.Problem with
            {
                Document = call.IsJson ? e.Problem.Document : default, // its field is a header that the user has not written
                Detail = $"there is a schedule '{id}' already",
                Next = $"'pbm cron set {id} KEY=VALUE' changes single fields, 'pbm cron edit {id}' opens it in an editor, --replace puts the new one in its place.",
            });
        }
    }

    private void Fill(JsonObject schedule, Call call)
    {
        if (call.Value(_id) is { } id) schedule["id"] = id;
        foreach (var flag in _policies) Set(schedule, flag.Path, call.Value(flag.Option), flag.ToJson);
        FillRule(schedule, call);
        FillJob(schedule, call);
        if (call.Value(_tags) is { Length: > 0 } tags) schedule["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        if (call.Has(_paused)) schedule["paused"] = call.Value(_paused);
        var zone = (schedule["timeZone"] as JsonValue)?.ToString();
        Set(schedule, "startAt", InstantInput.Read("--start-at", call.Value(_startAt), call.Now, zone), text => text);
        Set(schedule, "endAt", InstantInput.Read("--end-at", call.Value(_endAt), call.Now, zone), text => text);
        Set(schedule, "at", InstantInput.Read("--at", call.Value(_at), call.Now, zone), text => text);
    }

    // A rule on the command line replaces the file's, of whichever form it is.
    private void FillRule(JsonObject schedule, Call call)
    {
        var cron = call.Value(_cron);
        if (cron is null && call.Value(_at) is null && !_rule.Any(flag => call.Has(flag.Option)))
        {
            if (RuleKeys.Any(schedule.ContainsKey)) return;
            throw new UsageException("say when: a cron rule after the id, quoted as one word, or --every, --at or --minute …");
        }
        foreach (var key in RuleKeys) schedule.Remove(key);
        if (cron is not null) schedule["cron"] = cron;
        foreach (var flag in _rule) Set(schedule, flag.Path, call.Value(flag.Option), flag.ToJson);
    }

    private void FillJob(JsonObject schedule, Call call)
    {
        var (command, url) = (call.Value(_command), call.Value(_url));
        if (command is not null && url is not null) throw new UsageException("--command and --url are two jobs; give one");
        var implied = command is not null ? "shell" : url is not null ? "http" : null;
        var type = call.Value(_type) ?? implied ?? ((schedule["job"] as JsonObject)?["type"] as JsonValue)?.ToString();
        if (implied is not null && type != implied) throw new UsageException($"{(command is null ? "--url" : "--command")} is a job of type {implied}, not {type}");
        if (type is null) throw new UsageException("say what to run: --command LINE, --url URL, or --type TYPE with --param or --params");

        if (schedule["job"] is not JsonObject job || call.Has(_type) || implied is not null) schedule["job"] = job = new JsonObject { ["type"] = type };
        var given = JobParams.Read(type, call.Value(_params), call.Value(_param) ?? []);
        if (command is not null) given["command"] = command;
        if (url is not null) given["url"] = url;
        if (given.Count == 0) return;
        if (call.Has(_params) || job["params"] is not JsonObject known) job["params"] = given;
        else foreach (var (key, value) in given.ToList()) known[key] = value?.DeepClone();
    }

    private static void Set(JsonObject schedule, string path, string? text, Func<string, JsonNode> toJson)
    {
        if (text is null) return;
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            schedule[path] = toJson(text);
            return;
        }
        if (schedule[path[..dot]] is not JsonObject group) schedule[path[..dot]] = group = [];
        group[path[(dot + 1)..]] = toJson(text);
    }
}
