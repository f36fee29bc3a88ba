using ActorCron.Actors.Gateway;

namespace ActorCron.Node.Api.Http;

/// <summary>Turns whatever goes wrong into problem details. What a client did wrong is never a 500, and what we did wrong is never shown.</summary>
internal sealed class ErrorAnswers(ILogger log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug(e, "{Method} {Path} was given up by its client", context.Request.Method, context.Request.Path);
        }
        catch (Exception e)
        {
            var problem = Map(context, e);
            if (context.Response.HasStarted)
            {
                log.LogWarning("{Method} {Path} broke off while answering: {Reason}", context.Request.Method, context.Request.Path, problem.Message);
                context.Abort();
                return;
            }
            context.Response.Clear();
            SecurityHeaders.Apply(context.Response);
            await ProblemAnswer.WriteAsync(context, problem);
        }
    }

    private ApiProblem Map(HttpContext context, Exception e)
    {
        switch (e)
        {
            case ApiProblem problem: return problem;
            case BadHttpRequestException bad: return new ApiProblem(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is too large." : "The request is malformed.");
            case UnavailableException away: return new ApiProblem(StatusCodes.Status503ServiceUnavailable, away.Message) { RetryAfter = away.RetryAfter };
            case TimeoutException: return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "The cluster did not answer in time; nothing was promised.") { RetryAfter = TimeSpan.FromSeconds(5) };
            default:
                log.LogError(e, "{Method} {Path} failed (trace {TraceId})", context.Request.Method, context.Request.Path, context.TraceIdentifier);
                return new ApiProblem(StatusCodes.Status500InternalServerError, $"An error of the node, in its log as trace {context.TraceIdentifier}.");
        }
    }
}
