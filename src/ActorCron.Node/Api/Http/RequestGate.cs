namespace ActorCron.Node.Api.Http;

/// <summary>Bounds the calls in progress; the one too many is told to come back instead of making all the others slower.</summary>
internal sealed class RequestGate(int limit)
{
    private int _inside;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _inside) > limit)
                throw new ApiProblem(StatusCodes.Status429TooManyRequests, $"This node answers {limit} calls at a time.") { RetryAfter = TimeSpan.FromSeconds(1) };
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
