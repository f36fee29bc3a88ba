using ActorCron.Core.Text;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Checks ids before anyone is asked about them.</summary>
internal static class ScheduleIds
{
    /// <exception cref="ApiProblem">400.</exception>
    public static void Require(string id)
    {
        if (NameSyntax.ScheduleId("id", id) is { } problem) throw ApiProblem.Bad(problem);
    }

    public static ApiProblem Missing(string id) => ApiProblem.NotFound($"There is no schedule '{id}'.");
}
