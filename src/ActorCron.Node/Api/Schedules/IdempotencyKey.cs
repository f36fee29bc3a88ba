using ActorCron.Core.Runs;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>The header <c>Idempotency-Key</c>: a client that got no answer asks again with the same key and gets the same run.</summary>
internal static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";

    /// <summary>The key, or null where none is given.</summary>
    /// <exception cref="ApiProblem">400: it is no key.</exception>
    public static string? Of(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values)) return null;
        if (values.Count != 1) throw ApiProblem.Bad(Header, "is given more than once");
        var key = values.ToString().Trim();
        return key.Length is > 0 and <= TriggerKeys.MaxLength && !key.Any(char.IsControl)
            ? key
            : throw ApiProblem.Bad(Header, $"must have 1 to {TriggerKeys.MaxLength} characters, none of them a control character");
    }

    /// <summary>Makes sure that the run which a key stands for is the one that was asked for.</summary>
    /// <exception cref="ApiProblem">409: it was made with other params.</exception>
    public static void RequireSame(string? parameters, Run run)
    {
        if (parameters is null ? run.Spec.ParamsReplaced != true : run.Spec.Job.Params == parameters) return;
        throw new ApiProblem(StatusCodes.Status409Conflict, $"{Header}: this key stands for the run {run.Spec.Id}, which was made with other params; take another key.", Header);
    }
}
