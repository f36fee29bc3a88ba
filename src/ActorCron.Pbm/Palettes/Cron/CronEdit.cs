using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron edit ID</c>: the schedule's document in an editor; what is saved replaces it, unless somebody else has written meanwhile.</summary>
internal sealed class CronEdit : NodeCommand
{
    // Fields of answers, which no document sets.
    private static readonly string[] Added = ["revision", "createdAt", "updatedAt", "nextFire", "pause"];
    private readonly Argument<string> _id;

    public CronEdit(PbmContext pbm) : base(pbm, "edit", "Change a schedule in an editor: VISUAL, else EDITOR, else vi.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        Examples = ["pbm cron edit reports/nightly", "EDITOR='code --wait' pbm cron edit reports/nightly"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var path = ApiPath.Of("schedules", id);
        var editor = Editor.Of(call.Console);
        using var read = new HttpRequestMessage(HttpMethod.Get, path.ToString());
        var stored = await call.Node.SendForStatusAsync(read, cancelled).ConfigureAwait(false);
        var before = Document(stored.Body);
        var file = await EditAsync(editor, before, cancelled).ConfigureAwait(false);
        var edited = await File.ReadAllTextAsync(file, cancelled).ConfigureAwait(false);
        if (edited == before || string.IsNullOrWhiteSpace(edited))
        {
            Discard(file);
            call.Done(stored.Body, $"unchanged {id}");
            return ExitCode.Ok;
        }
        await PutAsync(call, id, edited, stored.ETag, file, cancelled).ConfigureAwait(false);
        Discard(file);
        return ExitCode.Ok;
    }

    // What was typed is not lost: the file stays until the node has taken it.
    private static async Task PutAsync(Call call, string id, string edited, string? etag, string file, CancellationToken cancelled)
    {
        try
        {
            if (Parse(edited) is null) throw new UsageException($"{file} is no longer one JSON object");
            using var request = new HttpRequestMessage(HttpMethod.Put, ApiPath.Of("schedules", id).ToString()) { Content = new StringContent(edited, Encoding.UTF8, "application/json") };
            IfMatch.AddTo(request, etag);
            await ScheduleWritten.TellAsync(call, id, await call.Node.SendForStatusAsync(request, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UsageException or NodeRefusedException or NodeUnreachableException)
        {
            await call.Console.Error.WriteLineAsync($"Nothing is changed. Your text is kept: pbm cron add --replace --file {file}").ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<string> EditAsync(Editor editor, string document, CancellationToken cancelled)
    {
        var folder = Directory.CreateTempSubdirectory("pbm-edit-"); // readable by its owner only
        var file = Path.Combine(folder.FullName, "schedule.json");
        await File.WriteAllTextAsync(file, document, cancelled).ConfigureAwait(false);
        if (await editor.OpenAsync(file, cancelled).ConfigureAwait(false) is not (not 0 and var code)) return file;
        Discard(file);
        throw new UsageException($"the editor ended with exit code {code}; nothing is changed");
    }

    private static void Discard(string file) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

    private static string Document(JsonElement stored)
    {
        var document = Parse(stored.ValueKind == JsonValueKind.Object ? stored.GetRawText() : "{}") ?? [];
        foreach (var name in Added) document.Remove(name);
        using var text = new StringWriter { NewLine = "\n" };
        JsonOutput.Write(text, JsonDocument.Parse(document.ToJsonString()).RootElement);
        return text.ToString();
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
