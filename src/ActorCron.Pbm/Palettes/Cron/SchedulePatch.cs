using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>What <c>cron set ID KEY=VALUE…</c> changes, as a JSON merge patch (RFC 7396): what it does not name stays as it is.</summary>
internal static class SchedulePatch
{
    /// <summary>The forms of a time rule; a schedule has one of them, so that setting one takes the others away.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> Rules = [["cron"], ["every"], ["at"], ["minute", "hour", "day", "month", "dayOfWeek"]];

    private static readonly string[] Texts =
        ["user", "description", "cron", "minute", "hour", "day", "month", "dayOfWeek", "every", "at", "timeZone", "job.type", "queue", "overlap", "execution", "timeout", "startAt", "endAt",
        "jitter", "catchUp.policy", "catchUp.window", "retry.delay", "retry.maxDelay", "dst.gap", "dst.overlap"];

    private static readonly string[] Others = ["tags", "priority", "paused", "retry.maxAttempts", "retry.factor", "job.params"];

    // What users call them on the command line of 'cron add'.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["zone"] = "timeZone", ["type"] = "job.type", ["params"] = "job.params", ["command"] = "job.params.command", ["url"] = "job.params.url", ["job-timeout"] = "timeout", ["tag"] = "tags",
    };

    /// <param name="pairs"><c>KEY=VALUE</c>; KEY is a field of the document, dotted within an object, VALUE nothing or <c>null</c> for its default.</param>
    /// <exception cref="UsageException">Not KEY=VALUE, a key that no schedule has, or a value that cannot be its.</exception>
    public static JsonObject Of(IEnumerable<string> pairs)
    {
        var patch = new JsonObject();
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UsageException($"'{pair}' is not KEY=VALUE, such as timeout=2h, job.params.command='make report' or tags=finance,eu");
            var key = OtherNames.GetValueOrDefault(pair[..equals], pair[..equals]);
            Put(patch, key, Value(key, pair[(equals + 1)..]));
        }
        foreach (var others in Rules.Where(form => Rules.Any(given => given != form && given.Any(patch.ContainsKey)) && !form.Any(patch.ContainsKey)))
            foreach (var other in others) patch[other] = null;
        return patch;
    }

    private static JsonNode? Value(string key, string text)
    {
        var isParam = key.StartsWith("job.params.", StringComparison.Ordinal);
        if (!isParam && !Texts.Contains(key) && !Others.Contains(key)) throw Unknown(key);
        if (text == "null" || (text.Length == 0 && !isParam && key != "description")) return null;
        if (isParam) return key["job.params.".Length..] is "command" or "url" or "method" ? JsonValue.Create(text) : Parse(text) ?? JsonValue.Create(text);
        return key switch
        {
            "paused" => bool.TryParse(text, out var flag) ? flag : throw Wrong(key, text, "true or false"),
            "priority" or "retry.maxAttempts" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong(key, text, "a whole number"),
            "retry.factor" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Wrong(key, text, "a number"),
            "tags" => Parse(text) as JsonArray ?? new JsonArray([.. text.Split(',', StringSplitOptions.TrimEntries).Select(tag => (JsonNode)tag)]),
            "job.params" => Parse(text) as JsonObject ?? throw Wrong(key, text, "a JSON object"),
            _ => JsonValue.Create(text),
        };
    }

    private static void Put(JsonObject patch, string key, JsonNode? value)
    {
        var names = key.StartsWith("job.params.", StringComparison.Ordinal) ? ["job", "params", key["job.params.".Length..]] : key.Split('.');
        foreach (var name in names.AsSpan(0, names.Length - 1))
        {
            if (patch[name] is not JsonObject inner) patch[name] = inner = [];
            patch = inner;
        }
        patch[names[^1]] = value;
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static UsageException Unknown(string key)
    {
        var nearest = Typos.Nearest(key, Texts.Concat(Others).Concat(OtherNames.Keys));
        return new UsageException($"a schedule has no '{key}'{(nearest is null ? $"; its keys: {string.Join(", ", Texts.Concat(Others))}, job.params.NAME" : $"; did you mean '{nearest}'?")}");
    }

    private static UsageException Wrong(string key, string text, string wanted) => new($"{key}: '{text}' is not {wanted}");
}
