using System.Collections.Immutable;
using System.Globalization;
using ActorCron.Core.Text;

namespace ActorCron.Node.Api.Http;

/// <summary>The parameters behind the question mark, read strictly: an unknown or repeated one is an error that names it.</summary>
internal sealed class QueryValues
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bare = new(StringComparer.Ordinal);

    private QueryValues() { }

    /// <exception cref="ApiProblem">A parameter is unknown or repeated, or is not text.</exception>
    public static QueryValues Of(HttpContext context, params ReadOnlySpan<string> known)
    {
        var query = new QueryValues();
        var text = context.Request.QueryString.Value ?? "";
        foreach (var pair in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Replace('+', ' ').Split('=', 2);
            var name = PercentText.Decode(parts[0], "query");
            if (!known.Contains(name)) throw ApiProblem.Bad(Shorten(name), known.IsEmpty ? "is no parameter of this call, which takes none" : $"is no parameter of this call; it takes {string.Join(", ", known!)}");
            var value = PercentText.Decode(parts.ElementAtOrDefault(1) ?? "", name);
            if (value.Any(char.IsControl)) throw ApiProblem.Bad(name, "holds a control character");
            if (!query._values.TryAdd(name, value)) throw ApiProblem.Bad(name, "is given more than once");
            if (parts.Length == 1) query._bare.Add(name);
        }
        return query;
    }

    /// <summary>A text; null where it is absent or empty.</summary>
    public string? Text(string name, int maxLength = 300)
    {
        var text = _values.GetValueOrDefault(name, "");
        if (text.Length > maxLength) throw ApiProblem.Bad(name, $"is longer than {maxLength} characters");
        return text.Length == 0 ? null : text;
    }

    public int Int(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        throw ApiProblem.Bad(name, $"must be a whole number from {min} to {max}");
    }

    public long Long(string name, long otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw ApiProblem.Bad(name, "must be a whole number from 0");
    }

    /// <summary>A switch: true, false, or its name alone, which turns it on; null where it is absent or empty.</summary>
    public bool? Bool(string name) => Text(name) switch
    {
        null when _bare.Contains(name) => true,
        null => null,
        "true" => true,
        "false" => false,
        _ => throw ApiProblem.Bad(name, "must be true or false"),
    };

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text) return null;
        // A plus sign that was not escaped arrives as a space.
        return Instants.TryParse(text.Replace(' ', '+'), out var instant) ? instant : throw ApiProblem.Bad(name, $"must be {Instants.Expected}");
    }

    /// <summary>Comma-separated words.</summary>
    public ImmutableArray<string> Words(string name) => [.. (Text(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100] + "…";
}
