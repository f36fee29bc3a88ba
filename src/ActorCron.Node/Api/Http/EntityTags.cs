using System.Globalization;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Api.Http;

/// <summary>A schedule's revision as ETag, and the preconditions that requests make of it (RFC 9110, 13.1).</summary>
internal static class EntityTags
{
    // No stored schedule has it: a tag that is not ours matches nothing.
    private const long NoRevision = -1;

    public static string Of(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>What a write requires.</summary>
    /// <exception cref="ApiProblem">A header is not understood.</exception>
    public static Precondition Precondition(HttpRequest request)
    {
        var ifMatch = request.Headers.IfMatch.ToString().Trim();
        var ifNoneMatch = request.Headers.IfNoneMatch.ToString().Trim();
        if (ifNoneMatch.Length > 0 && ifNoneMatch != "*") throw ApiProblem.Bad("If-None-Match", "a write takes only * (create, never replace)");
        if (ifNoneMatch == "*") return ifMatch.Length == 0 ? new Precondition(MustNotExist: true) : throw ApiProblem.Bad("If-Match", "does not go together with If-None-Match");
        return ifMatch switch
        {
            "" => Core.Schedules.Precondition.None,
            "*" => new Precondition(MustExist: true),
            _ when ifMatch.Contains(',') => throw ApiProblem.Bad("If-Match", "takes one ETag"),
            _ => new Precondition(Revision: Revision(ifMatch)),
        };
    }

    /// <summary>Whether a read may be answered with 304.</summary>
    public static bool IsCurrent(HttpRequest request, long revision) =>
        request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == Of(revision) || tag == "W/" + Of(revision));

    private static long Revision(string tag) =>
        tag is ['"', .. var inner, '"'] && long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : NoRevision;
}
