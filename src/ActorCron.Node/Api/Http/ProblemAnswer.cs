using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace ActorCron.Node.Api.Http;

/// <summary>Writes problem details (RFC 9457) with the members <c>field</c> and <c>errors</c> of this API.</summary>
internal static class ProblemAnswer
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        var headers = context.Response.Headers;
        if (problem.RetryAfter is { } wait) headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (problem.Allow is { } allow) headers.Allow = allow;
        if (problem.Status == StatusCodes.Status401Unauthorized) headers.WWWAuthenticate = "Bearer";
        headers.CacheControl = "no-store";

        return JsonAnswer.WriteAsync(context, problem.Status, json =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(problem.Status));
            json.WriteNumber("status"u8, problem.Status);
            json.WriteString("detail"u8, problem.Message);
            if (problem.Field is { } field) json.WriteString("field"u8, field);
            foreach (var (name, value) in problem.Counts) json.WriteNumber(name, value);
            if (!problem.Errors.IsEmpty)
            {
                json.WriteStartObject("errors"u8);
                foreach (var errors in problem.Errors.GroupBy(error => error.Field, StringComparer.Ordinal))
                {
                    json.WriteStartArray(errors.Key);
                    foreach (var (_, message) in errors) json.WriteStringValue(message);
                    json.WriteEndArray();
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }, ContentType);
    }
}
