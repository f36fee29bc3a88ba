using System.Globalization;
using System.Net;
using ActorCron.Core.Jobs;

namespace ActorCron.Hosting.Jobs;

/// <summary>The job type <c>http</c>: sends one request; a 2xx answer succeeds, any other fails as <c>HTTP 503</c>. Params: <c>url</c>, <c>method</c>
/// (GET, or POST with a body), <c>headers</c> (an object of strings), <c>body</c> (text, or any JSON). The map or reduce of a batch that names neither
/// method nor body posts its params, with its item or the results.</summary>
/// <remarks>The request carries <c>Idempotency-Key</c> and <c>ActorCron-Run-Id</c> (the run's id: the same for every attempt), <c>ActorCron-Attempt</c>,
/// <c>ActorCron-Fence</c> and <c>traceparent</c>; a header of the same name in the params wins. It is bounded by the run's timeout alone and never
/// repeated here: the run's retry policy is. Redirects are followed within the same scheme, host and port only, since headers may hold secrets.
/// The status line and the first 64 KiB of the body become the output, read in the charset that the answer names, else as UTF-8.</remarks>
public sealed class HttpJob : IJobHandler, IJobParamsCheck, IDisposable
{
    public const string Type = "http";

    private const int MaxBody = 64 * 1024;
    private const int MaxRedirects = 5;

    // One client for all runs: a client each would leave its connections behind.
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // Lets a changed address be found.
        ActivityHeadersPropagator = null, // The run's traceparent goes out, not the node's.
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "ActorCron" } },
    };

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        HttpParams? job = null;
        try
        {
            job = HttpParams.Read(context.OwnParams, context.Batch?.Role is BatchRole.Map or BatchRole.Reduce ? context.Job.Params : null);
            return await SendAsync(job, context, cancellationToken);
        }
        catch (FormatException refused)
        {
            return new JobResult(refused.Message, Permanent: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The address without path and query, which may hold secrets.
            return JobResult.Failed($"{job!.Url.GetLeftPart(UriPartial.Authority)}: {OneLine(e.GetBaseException().Message)}");
        }
    }

    public string? Problem(string parameters)
    {
        try
        {
            HttpParams.Read(parameters);
            return null;
        }
        catch (FormatException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<JobResult> SendAsync(HttpParams job, JobContext context, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = job.Request();
            Name(request, context);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (redirects < MaxRedirects && Redirected(job, response) is { } next)
            {
                context.Output.AppendLine($"{StatusLine(response)}: {next.Url.AbsolutePath}");
                job = next;
                continue;
            }

            context.Output.AppendLine(StatusLine(response));
            await CopyAsync(response.Content, context.Output, cancellationToken);
            return response.IsSuccessStatusCode ? JobResult.Succeeded : JobResult.Failed(ErrorOf(response));
        }
    }

    private static void Name(HttpRequestMessage request, JobContext context)
    {
        // Ids of foreign messages may hold anything; a header may not.
        var id = context.RunId.All(c => c is > ' ' and <= '~') ? context.RunId : Uri.EscapeDataString(context.RunId);
        Add("Idempotency-Key", id);
        Add("ActorCron-Run-Id", id);
        Add("ActorCron-Attempt", context.Attempt.ToString(CultureInfo.InvariantCulture));
        Add("ActorCron-Fence", context.Fence.ToString(CultureInfo.InvariantCulture));
        if (context.TraceParent is { } trace) Add("traceparent", trace);

        void Add(string name, string value)
        {
            if (!request.Headers.Contains(name)) request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static HttpParams? Redirected(HttpParams job, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || Target(job, response) is not { } target) return null;
        if (target.GetLeftPart(UriPartial.Authority) != job.Url.GetLeftPart(UriPartial.Authority)) return null;
        // As browsers do: what is to be seen elsewhere is fetched, what has moved is sent again.
        var fetch = response.StatusCode == HttpStatusCode.SeeOther
            || (job.Method == HttpMethod.Post && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found);
        return fetch && job.Method != HttpMethod.Head ? job with { Url = target, Method = HttpMethod.Get, Body = null } : job with { Url = target };
    }

    private static Uri? Target(HttpParams job, HttpResponseMessage response) =>
        response.Headers.Location is { } location ? location.IsAbsoluteUri ? location : new Uri(job.Url, location) : null;

    private static string ErrorOf(HttpResponseMessage response)
    {
        var error = $"HTTP {(int)response.StatusCode}";
        return (int)response.StatusCode / 100 == 3 && response.Headers.Location is { } location
            ? $"{error}: it redirects to {(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Authority) : "itself too often")}, which is not followed"
            : error;
    }

    private static string StatusLine(HttpResponseMessage response) => $"HTTP {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();

    private static async Task CopyAsync(HttpContent content, JobOutput output, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxBody];
        var read = await body.ReadAtLeastAsync(bytes, MaxBody, throwOnEndOfStream: false, cancellationToken);
        string? note = null;
        if (read > 0) output.AppendLine(AnswerText.Of(bytes.AsSpan(0, read), content.Headers.ContentType?.CharSet, isWhole: read < MaxBody, out note));
        if (note is not null) output.AppendLine($"[actorcron] {note}");
        if (read == MaxBody) output.AppendLine("[actorcron] the rest of the answer was not read");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
