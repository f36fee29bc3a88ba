using System.Text;

namespace ActorCron.Pbm.Node;

/// <summary>A path below <c>/api/v1/</c> with its query. Ids go in percent-encoded, slashes included, so that
/// <c>reports/next</c> is an id and never a command of the schedule <c>reports</c>.</summary>
internal sealed class ApiPath(string literal)
{
    private readonly StringBuilder _path = new($"api/v1/{literal}");
    private bool _hasQuery;

    /// <exception cref="UsageException">The id is empty, or is a dot segment that a URL would swallow.</exception>
    public static ApiPath Of(string collection, string id, string? then = null)
    {
        if (id.Length == 0 || id.Trim('.').Length == 0) throw new UsageException($"'{id}' is not an id: it starts with a letter or a digit");
        return new ApiPath($"{collection}/{Uri.EscapeDataString(id)}{(then is null ? "" : $"/{then}")}");
    }

    /// <summary>Adds <c>name=value</c> unless the value is null.</summary>
    public ApiPath With(string name, string? value)
    {
        if (value is null) return this;
        _path.Append(_hasQuery ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _hasQuery = true;
        return this;
    }

    public ApiPath With(string name, int? value) => With(name, value?.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public override string ToString() => _path.ToString();
}
