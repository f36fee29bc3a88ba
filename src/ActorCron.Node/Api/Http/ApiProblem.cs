using System.Collections.Immutable;
using ActorCron.Core.Text;

namespace ActorCron.Node.Api.Http;

/// <summary>A refusal on its way to the client: thrown anywhere below a handler, answered as RFC 9457 problem details.</summary>
internal sealed class ApiProblem(int status, string detail, string? field = null) : Exception(detail)
{
    public int Status { get; } = status;

    /// <summary>The field, parameter or header at fault; null where none is.</summary>
    public string? Field { get; } = field;

    /// <summary>Everything that is wrong, where there is more than one thing.</summary>
    public ImmutableArray<(string Field, string Message)> Errors { get; init; } = [];

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The value of <c>Allow</c> for 405.</summary>
    public string? Allow { get; init; }

    /// <summary>Further members of the answer.</summary>
    public ImmutableArray<(string Name, long Value)> Counts { get; init; } = [];

    public static ApiProblem Bad(string field, string message) => new(StatusCodes.Status400BadRequest, $"{field}: {message}", field);

    /// <summary>400 for a field of a document or a rule, with where in its text.</summary>
    public static ApiProblem Bad(FieldProblem problem) => new(StatusCodes.Status400BadRequest, problem.ToString(), problem.Field) { Counts = problem.Position is { } at ? [("position", at)] : [] };

    /// <summary>400 for all that is wrong with a document.</summary>
    public static ApiProblem Bad(ImmutableArray<FieldProblem> problems)
    {
        var rest = problems.Length > 1 ? $" (and {problems.Length - 1} more)" : "";
        return new ApiProblem(StatusCodes.Status400BadRequest, problems[0] + rest, problems[0].Field)
        {
            Errors = [.. problems.Select(problem => (problem.Field, problem.Message))],
            Counts = problems[0].Position is { } at ? [("position", at)] : [],
        };
    }

    public static ApiProblem NotFound(string what) => new(StatusCodes.Status404NotFound, what);

    public static ApiProblem TooLarge(string what) => new(StatusCodes.Status413PayloadTooLarge, what, "body");
}
