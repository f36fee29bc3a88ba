using System.Text;

namespace ActorCron.Node.Tests.Api;

/// <summary>Whatever comes in: an answer that names the fault, never a 500, and nothing is changed.</summary>
public sealed class HostileInputTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    public static TheoryData<string, string> Documents => new()
    {
        { "", "body" },
        { "{", "body" },
        { "[]", "body" },
        { "null", "body" },
        { "\"text\"", "body" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" } } more", "body" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" }, \"surprise\": 1 }", "surprise" },
        { "{ \"cron\": \"* * * * *\", \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" } }", "cron" },
        { "{ \"cron\": \"* * * *\", \"job\": { \"type\": \"noop\" } }", "cron" },
        { "{ \"cron\": \"* * * * *\" }", "job" },
        { "{ \"job\": { \"type\": \"noop\" } }", "cron" },
        { "{ \"cron\": \"0 0 30 2 *\", \"job\": { \"type\": \"noop\" } }", "cron" },
        { "{ \"cron\": \"* * * * *\", \"timeZone\": \"Mars/Base\", \"job\": { \"type\": \"noop\" } }", "timeZone" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" }, \"priority\": NaN }", "body" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" }, \"priority\": 1e400 }", "priority" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" }, \"timeout\": \"-PT1S\" }", "timeout" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\", \"params\": [] } }", "job.params" },
        { "{ \"at\": \"9999-12-31T23:59:59Z\", \"jitter\": \"1d\", \"job\": { \"type\": \"noop\" } }", "at" },
        { "{ \"cron\": \"0 0 * * *\", \"startAt\": \"9999-12-30T00:00:00Z\", \"jitter\": \"1d\", \"job\": { \"type\": \"noop\" } }", "startAt" },
        { "{ \"id\": \"other\", \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\" } }", "id" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"nonsense\" } }", "job.type" },
        { "{ \"cron\": \"* * * * *\", \"description\": \"reject me\", \"job\": { \"type\": \"noop\" } }", "description" },
        { string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), "body" },
        { string.Concat(Enumerable.Repeat("[", 100_000)), "body" },
        { "{ \"cron\": \"* * * * *\", \"job\": { \"type\": \"noop\", \"params\": " + string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000) + " } }", "body" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_wrong_document_is_refused_by_field(string document, string field)
    {
        var answer = await _api.SendAsync("PUT", "/api/v1/schedules/hostile", document);

        Assert.Equal(400, answer.Code);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.StartsWith(field, answer.Field);
        Assert.Equal(404, (await _api.SendAsync("GET", "/api/v1/schedules/hostile")).Code);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/schedules/a%20b", 400, "id")]
    [InlineData("PUT", "/api/v1/schedules/a%00b", 400, null)]
    [InlineData("PUT", "/api/v1/schedules/%FF%FE", 400, "id")]
    [InlineData("PUT", "/api/v1/schedules/%zz", 400, "id")]
    [InlineData("PUT", "/api/v1/schedules/a%", 400, "id")]
    [InlineData("PUT", "/api/v1/schedules/-a", 400, "id")]
    [InlineData("PUT", "/api/v1/schedules/%2e%2e", 400, "id")]
    [InlineData("GET", "/api/v1/schedules/a%2525", 400, "id")]
    [InlineData("GET", "/api/v1/schedules/%F0%9F%98%80", 400, "id")]
    [InlineData("GET", "/api/v1/schedules/", 404, null)]
    [InlineData("GET", "/api/v1/schedules?limit=0", 400, "limit")]
    [InlineData("GET", "/api/v1/schedules?limit=1001", 400, "limit")]
    [InlineData("GET", "/api/v1/schedules?limit=99999999999999999999", 400, "limit")]
    [InlineData("GET", "/api/v1/schedules?limit=1&limit=2", 400, "limit")]
    [InlineData("GET", "/api/v1/schedules?paused=maybe", 400, "paused")]
    [InlineData("GET", "/api/v1/schedules?usr=x", 400, "usr")]
    [InlineData("GET", "/api/v1/schedules?user=%FF", 400, "user")]
    [InlineData("GET", "/api/v1/schedules?user=%00", 400, "user")]
    [InlineData("GET", "/api/v1/schedules/x?verbose=1", 400, "verbose")]
    [InlineData("GET", "/api/v1/runs?state=exploded", 400, "state")]
    [InlineData("GET", "/api/v1/runs?after=nonsense", 400, "after")]
    [InlineData("GET", "/api/v1/runs?from=yesterday", 400, "from")]
    [InlineData("GET", "/api/v1/runs/%07", 400, "runId")]
    [InlineData("GET", "/api/v1/due?at=2026-13-01T00:00:00Z", 400, "at")]
    [InlineData("GET", "/api/v1/due?at=0001-01-01T00:00:00Z", 400, "at")]
    [InlineData("GET", "/api/v1/due?at=9999-12-31T23:59:59Z", 400, "at")]
    [InlineData("GET", "/api/v1/schedules/x/next?count=1001", 400, "count")]
    [InlineData("GET", "/api/v1/schedules/x/verdicts?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "from")]
    [InlineData("POST", "/api/v1/queues/a%20b/purge", 400, "queue")]
    [InlineData("GET", "/api/v1/log?after=-1", 400, "after")]
    [InlineData("GET", "/api/v1/actors?depth=33", 400, "depth")]
    [InlineData("GET", "/api/v1/nothing", 404, null)]
    [InlineData("GET", "/../../etc/passwd", 404, null)]
    [InlineData("POST", "/api/v1/schedules/x", 405, null)]
    [InlineData("DELETE", "/api/v1/schedules", 405, null)]
    [InlineData("BREW", "/api/v1/runs", 405, null)]
    [InlineData("OPTIONS", "/api/v1/runs", 405, null)]
    [InlineData("POST", "/api/v1/schedules/absent/trigger", 404, null)]
    [InlineData("POST", "/api/v1/runs/absent/cancel", 404, null)]
    public async Task A_wrong_address_is_refused(string method, string path, int status, string? field)
    {
        var answer = await _api.SendAsync(method, path, method == "PUT" ? """{ "cron": "* * * * *", "job": { "type": "noop" } }""" : null);

        Assert.Equal(status, answer.Code);
        if (field is not null) Assert.Equal(field, answer.Field);
        if (status == 405) Assert.Contains("GET", answer.Headers["Allow"]);
    }

    [Theory]
    [InlineData("text/html", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("nonsense", 415)]
    [InlineData("", 415)]
    [InlineData("application/json; charset=UTF-8", 201)]
    [InlineData("application/vnd.me+json", 201)]
    public async Task A_document_must_say_that_it_is_JSON(string contentType, int status)
    {
        await _api.SendAsync("DELETE", "/api/v1/schedules/typed");

        Assert.Equal(status, (await _api.SendAsync("PUT", "/api/v1/schedules/typed", """{ "cron": "* * * * *", "job": { "type": "noop" } }""", contentType)).Code);
    }

    [Fact]
    public async Task Ids_beyond_their_length_are_refused()
    {
        Assert.Equal("id", (await _api.SendAsync("PUT", $"/api/v1/schedules/{new string('a', 201)}", "{}")).Field);
        Assert.Equal("runId", (await _api.SendAsync("GET", $"/api/v1/runs/{new string('a', 301)}")).Field);
        Assert.Equal("user", (await _api.SendAsync("GET", $"/api/v1/schedules?user={new string('a', 301)}")).Field);
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(8_000_000)]
    public async Task A_large_document_is_refused_while_it_streams(int size)
    {
        var puts = _api.Gateway.Puts;
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/schedules/large") { Content = new StreamContent(new EndlessJson(size)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = true;

        try
        {
            using var response = await _api.Client.SendAsync(request);
            Assert.Equal(413, (int)response.StatusCode);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            // The server may close before a client that does not listen has sent it all.
        }
        Assert.Equal(puts, _api.Gateway.Puts);
    }

    [Fact]
    public async Task Params_beyond_64_KiB_are_refused()
    {
        var answer = await _api.SendAsync("PUT", "/api/v1/schedules/params", $$"""{ "cron": "* * * * *", "job": { "type": "noop", "params": { "x": "{{new string('x', 70_000)}}" } } }""");

        Assert.Equal(400, answer.Code);
        Assert.StartsWith("job.params", answer.Field);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n", "431")]
    [InlineData("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n", "414")]
    [InlineData("GET /api/v1/runs HTTP/9.9\r\nHost: localhost\r\n\r\n", "505")]
    [InlineData("GET /api/v1/runs HTTP/1.1\r\n\r\n", "400")]
    [InlineData("\r\n\r\n\u0001\u0002", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET /api/v1/schedules/../runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "400")]
    [InlineData("GET http://localhost/api/v1/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "200")]
    [InlineData("GET /api/v1/runs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "403")]
    [InlineData("PUT /api/v1/schedules/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400")]
    [InlineData("PUT /api/v1/schedules/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n", "400")]
    public async Task A_malformed_request_harms_nobody(string request, string expected)
    {
        var answer = await _api.SendRawAsync(Encoding.UTF8.GetBytes(request.Replace("{long}", new string('x', 200_000))));

        Assert.True(answer.StartsWith($"HTTP/1.1 {expected}") || answer.StartsWith("(connection closed)") || answer.Length == 0, answer.Length > 300 ? answer[..300] : answer);
        Assert.Equal(200, (await _api.SendAsync("GET", "/health/live")).Code);
    }

    [Fact]
    public async Task A_body_of_invalid_UTF_8_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/schedules/bytes") { Content = new ByteArrayContent([.. "{ \"cron\": \""u8, 0xFF, 0xC0, .. "\" }"u8]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        using var response = await _api.Client.SendAsync(request);

        Assert.Equal(400, (int)response.StatusCode);
    }

    /// <summary>A JSON text that is as long as asked for and of unknown length.</summary>
    private sealed class EndlessJson(int size) : Stream
    {
        private int _sent;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _sent; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count)
        {
            var part = Math.Min(count, size - _sent);
            buffer.AsSpan(offset, part).Fill((byte)' ');
            _sent += part;
            return part;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
