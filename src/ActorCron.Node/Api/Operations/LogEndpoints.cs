using System.Text.Json;
using ActorCron.Core.Text;
using ActorCron.Hosting.Logging;
using ActorCron.Node.Api.Http;
using ActorCron.Node.Logging;

namespace ActorCron.Node.Api.Operations;

/// <summary>The node's newest log lines, and how much it logs.</summary>
internal sealed class LogEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/api/v1/log", (context, _) => ReadAsync(context)),
        new("GET", "/api/v1/log/level", (context, _) => LevelAsync(context)),
        new("PUT", "/api/v1/log/level", (context, _) => SetLevelAsync(context)),
    ];

    private async Task ReadAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "after", "limit");
        var (items, next) = api.Log.Read(query.Text("after") is null ? null : query.Long("after", 0), query.Int("limit", 100, 1, 1000));
        await JsonAnswer.ItemsAsync(context, items, Write, after: json => json.WriteNumber("next"u8, next));
    }

    private Task LevelAsync(HttpContext context)
    {
        QueryValues.Of(context);
        return JsonAnswer.OkAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("level"u8, LogLevels.Name(api.Log.Level));
            json.WriteEndObject();
        });
    }

    private async Task SetLevelAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var name = JsonFieldsOf.Read(await RequestBody.ReadJsonAsync(context), "level").Text("level");
        if (name is null || !LogLevels.TryParse(name, out var level)) throw ApiProblem.Bad("level", $"must be one of {string.Join(", ", LogLevels.All)}");
        api.Log.Level = level;
        if (api.Link.IsConnected) api.Link.System.EventStream.SetLogLevel(AkkaLogBridge.LevelOf(level));
        await LevelAsync(context);
    }

    private static void Write(Utf8JsonWriter json, LogEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("seq"u8, entry.Sequence);
        json.WriteString("at"u8, Instants.Format(entry.At));
        json.WriteString("level"u8, LogLevels.Name(entry.Level));
        json.WriteString("source"u8, entry.Source);
        json.WriteString("message"u8, entry.Message);
        json.WriteEndObject();
    }
}
