namespace ActorCron.Node.Api.Http;

/// <summary>One call of the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Template">The path; <c>{id}</c> stands for one or more segments.</param>
/// <param name="Handler">Answers it; gets the decoded id, or "" for a path without one.</param>
internal sealed record ApiRoute(string Method, string Template, Func<HttpContext, string, Task> Handler)
{
    private readonly string[] _parts = Template.Trim('/').Split('/');

    /// <summary>How many parts are literal: the more, the better the route fits a path that others match too.</summary>
    public int Weight => _parts.Count(part => !part.StartsWith('{'));

    /// <summary>Whether a path fits, and which segments are the id.</summary>
    public bool Matches(ReadOnlySpan<string> segments, out Range id)
    {
        id = default;
        var at = Array.FindIndex(_parts, part => part.StartsWith('{'));
        if (at < 0) return segments.SequenceEqual(_parts);
        var after = _parts.Length - at - 1;
        if (segments.Length < _parts.Length || !segments[..at].SequenceEqual(_parts.AsSpan(0, at)) || !segments[^after..].SequenceEqual(_parts.AsSpan(at + 1))) return false;
        id = at..^after;
        return segments[id] is not [""];
    }

    public string IdName => Template.Contains("{runId}", StringComparison.Ordinal) ? "runId" : Template.Contains("{queue}", StringComparison.Ordinal) ? "queue" : "id";
}
