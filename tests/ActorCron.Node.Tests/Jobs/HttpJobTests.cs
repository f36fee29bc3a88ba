using ActorCron.Core.Jobs;
using ActorCron.Hosting.Jobs;
using ActorCron.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace ActorCron.Node.Tests.Jobs;

public sealed class HttpJobTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly HttpJob _http = new();
    private Func<HttpContext, Task> _answer = context => context.Response.WriteAsync("hello");
    private WebServer _server = null!;

    public async Task InitializeAsync() => _server = await WebServer.StartAsync(context => _answer(context));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_get_succeeds_with_the_answer_as_its_output_and_names_its_run()
    {
        var (result, output) = await RunAsync(new { url = _server.Address + "/hook?x=1" });

        Assert.Equal(JobResult.Succeeded, result);
        Assert.Equal("HTTP 200 OK\nhello\n", output);
        var request = Assert.Single(_server.Requests);
        Assert.Equal(("GET", "/hook?x=1", ""), (request.Method, request.Target, request.Body));
        Assert.Equal("reports/nightly@2026-11-24T01:15Z", request.Headers["Idempotency-Key"]);
        Assert.Equal("reports/nightly@2026-11-24T01:15Z", request.Headers["ActorCron-Run-Id"]);
        Assert.Equal(("2", "17", "ActorCron"), (request.Headers["ActorCron-Attempt"], request.Headers["ActorCron-Fence"], request.Headers["User-Agent"]));
    }

    [Fact]
    public async Task A_body_is_posted_as_json_or_as_text_and_headers_go_along()
    {
        await RunAsync(new { url = _server.Address, body = new { a = 1 }, headers = new { Authorization = "Bearer x" } });
        await RunAsync(new { url = _server.Address, body = "plain", method = "put", headers = new Dictionary<string, string> { ["Content-Type"] = "text/csv", ["Idempotency-Key"] = "mine" } });

        var (json, text) = (_server.Requests.First(), _server.Requests.Last());
        Assert.Equal(("POST", """{"a":1}""", "application/json; charset=utf-8", "Bearer x"), (json.Method, json.Body, json.Headers["Content-Type"], json.Headers["Authorization"]));
        Assert.Equal(("PUT", "plain", "text/csv", "mine"), (text.Method, text.Body, text.Headers["Content-Type"], text.Headers["Idempotency-Key"]));
    }

    [Theory]
    [InlineData("text/plain; charset=windows-1252", "5afc72696368", "Zürich")]
    [InlineData("text/plain; charset=\"Windows-1252\"", "80209c", "€ œ")]
    [InlineData("text/plain; charset=cp1251", "cfe8", "Пи")]
    [InlineData("text/plain; charset=iso-8859-1", "5afc72696368", "Zürich")]
    [InlineData("text/plain; charset=latin1", "e9", "é")]
    [InlineData("text/plain; charset=ISO-8859-2", "b1", "ą")]
    [InlineData("text/plain; charset=iso-8859-5", "d0", "а")]
    [InlineData("text/plain; charset=iso-8859-10", "aa", "Š")]
    [InlineData("text/plain; charset=iso-8859-11", "a1", "ก")]
    [InlineData("text/plain; charset=iso-8859-14", "a1", "Ḃ")]
    [InlineData("text/plain; charset=iso-8859-15", "a4", "€")]
    [InlineData("text/plain; charset=iso-8859-16", "a4", "€")]
    [InlineData("text/plain; charset=utf-16", "fffe5a00fc00", "Zü")]
    [InlineData("text/plain; charset=utf-16", "feff005a00fc", "Zü")]
    [InlineData("text/plain; charset=utf-16", "5a00fc00", "Zü")]
    [InlineData("text/plain; charset=utf-16", "005a00fc", "Zü")]
    [InlineData("text/plain; charset=utf-16be", "005a00fc", "Zü")]
    [InlineData("text/plain; charset=utf-32", "5a000000fc000000", "Zü")]
    [InlineData("text/plain; charset=koi8-r", "f0", "П")]
    [InlineData("text/plain; charset=shift_jis", "82a0", "あ")]
    [InlineData("text/plain; charset=gb18030", "c4e3", "你")]
    [InlineData("text/plain; charset=utf8", "c3bc", "ü")]
    // A byte order mark knows better than a header.
    [InlineData("text/plain; charset=iso-8859-1", "efbbbfc3bc", "ü")]
    [InlineData("text/plain", "c3bc", "ü")]
    [InlineData("application/json", "c3bc", "ü")]
    [InlineData("text/plain; charset=klingon", "c3bc", "ü\n[actorcron] the charset 'klingon' is not known; read as UTF-8")]
    [InlineData("text/plain; charset=utf-7", "c3bc", "ü\n[actorcron] the charset 'utf-7' is not known; read as UTF-8")]
    public async Task An_answer_is_read_in_the_charset_that_it_names(string contentType, string body, string expected)
    {
        _answer = async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(Convert.FromHexString(body));
        };

        var (_, output) = await RunAsync(new { url = _server.Address });

        Assert.Equal($"HTTP 200 OK\n{expected}\n", output);
    }

    [Theory]
    [InlineData(201, null)]
    [InlineData(204, null)]
    [InlineData(299, null)]
    [InlineData(400, "HTTP 400")]
    [InlineData(404, "HTTP 404")]
    [InlineData(503, "HTTP 503")]
    public async Task Two_hundreds_succeed_and_all_else_fails_and_may_be_tried_again(int status, string? error)
    {
        Answers(status);

        var (result, output) = await RunAsync(new { url = _server.Address });

        Assert.Equal(new JobResult(error), result);
        Assert.StartsWith($"HTTP {status}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "POST", "GET")]
    [InlineData(302, "POST", "GET")]
    [InlineData(303, "POST", "GET")]
    [InlineData(307, "POST", "POST")]
    [InlineData(308, "PUT", "PUT")]
    public async Task A_redirect_on_the_same_server_is_followed_as_browsers_do(int status, string method, string then)
    {
        _answer = context =>
        {
            if (context.Request.Path != "/from") return context.Response.WriteAsync("there");
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/to";
            return Task.CompletedTask;
        };

        var (result, output) = await RunAsync(new { url = _server.Address + "/from", method, body = "b" });

        Assert.Equal(JobResult.Succeeded, result);
        Assert.Equal([(method, "/from", "b"), (then, "/to", then == "GET" ? "" : "b")], _server.Requests.Select(request => (request.Method, request.Target, request.Body)));
        Assert.EndsWith("HTTP 200 OK\nthere\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_another_server_is_not_followed_since_headers_may_hold_secrets()
    {
        await using var other = await WebServer.StartAsync(context => context.Response.WriteAsync("stolen"));
        _answer = context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = other.Address + "/secret?token=1";
            return Task.CompletedTask;
        };

        var (result, _) = await RunAsync(new { url = _server.Address, headers = new { Authorization = "Bearer x" } });

        Assert.Equal(JobResult.Failed($"HTTP 302: it redirects to {other.Address}, which is not followed"), result);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        _answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/again";
            return Task.CompletedTask;
        };

        var (result, _) = await RunAsync(new { url = _server.Address + "/again" });

        Assert.StartsWith("HTTP 307: it redirects to itself too often", result.Error, StringComparison.Ordinal);
        Assert.Equal(6, _server.Requests.Count);
    }

    [Fact]
    public async Task A_body_without_end_is_read_to_its_bound_only()
    {
        _answer = async context =>
        {
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)'x');
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };

        var (result, output) = await RunAsync(new { url = _server.Address });

        Assert.Equal(JobResult.Succeeded, result);
        Assert.EndsWith("[actorcron] the rest of the answer was not read\n", output, StringComparison.Ordinal);
        Assert.InRange(output.Length, 60_000, 70_000);
    }

    [Fact]
    public async Task What_its_timeout_or_an_operator_stops_lets_go_of_the_server()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        _answer = async context =>
        {
            using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
            await stop.CancelAsync();
            await gone.Task.WaitAsync(Bound);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _http.RunAsync(Job.Context("http", new { url = _server.Address }), stop.Token).WaitAsync(Bound));

        await gone.Task.WaitAsync(Bound);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_a_failure_without_path_and_query()
    {
        _answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var (result, _) = await RunAsync(new { url = _server.Address + "/hook?token=hunter2", method = "POST", body = "b" });

        Assert.StartsWith(_server.Address + ": ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
        Assert.False(result.Permanent);
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure_that_names_the_server()
    {
        var (result, _) = await RunAsync(new { url = $"http://127.0.0.1:{FreePort.Next()}/" });

        Assert.Contains("Connection refused", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("http://127.0.0.1:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_id_that_no_header_can_hold_is_escaped()
    {
        var context = Job.Context("http", new { url = _server.Address }) is var job ? new JobContext
        {
            RunId = "zeile\nü", Schedule = null, User = job.User, ScheduledFor = job.ScheduledFor, Attempt = 1, Fence = 1, Job = job.Job, Output = new JobOutput(),
        } : null!;

        Assert.Equal(JobResult.Succeeded, await _http.RunAsync(context, default).WaitAsync(Bound));

        Assert.Equal("zeile%0A%C3%BC", Assert.Single(_server.Requests).Headers["ActorCron-Run-Id"]);
    }

    [Theory]
    [InlineData("{}", "params.url is missing: an absolute http or https address")]
    [InlineData("""{ "url": "ftp://x/" }""", "params.url must be an absolute http or https address")]
    [InlineData("""{ "url": "/relative" }""", "params.url must be an absolute http or https address")]
    [InlineData("""{ "url": "http://u:p@h/" }""", "params.url must not hold a user or password")]
    [InlineData("""{ "url": 1 }""", "params.url must be a string, not 1")]
    [InlineData("""{ "url": "http://h/", "methd": "GET" }""", "params.methd is not known: did you mean 'method'?")]
    [InlineData("""{ "url": "http://h/", "method": "G T" }""", "params.method must be an HTTP method such as GET or POST, not 'G T'")]
    [InlineData("""{ "url": "http://h/", "method": "GET", "body": "b" }""", "params.body does not go with the method GET")]
    [InlineData("""{ "url": "http://h/", "headers": [] }""", "params.headers must be an object of strings, not a list")]
    [InlineData("""{ "url": "http://h/", "headers": { "a b": "c" } }""", "params.headers: 'a b' is no header name")]
    [InlineData("""{ "url": "http://h/", "headers": { "X": "a\r\nY: b" } }""", "params.headers.X must be printable ASCII")]
    [InlineData("""{ "url": "http://h/", "headers": { "content-length": "1" } }""", "params.headers.content-length is set by ActorCron itself")]
    [InlineData("[]", "params must be a JSON object, not a list")]
    public async Task Wrong_params_are_told_beforehand_and_are_no_reason_to_try_again(string parameters, string problem)
    {
        Assert.StartsWith(problem, _http.Problem(parameters), StringComparison.Ordinal);

        var result = await _http.RunAsync(Job.Context("http", parameters), default);
        Assert.StartsWith(problem, result.Error, StringComparison.Ordinal);
        Assert.True(result.Permanent);
    }

    private void Answers(int status) => _answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private async Task<(JobResult Result, string Output)> RunAsync(object parameters)
    {
        var context = Job.Context("http", parameters);
        var result = await _http.RunAsync(context, default).WaitAsync(Bound);
        return (result, context.Output.ToString());
    }
}
