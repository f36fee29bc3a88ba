using ActorCron.Actors.Gateway;
using ActorCron.Node.Api.Http;
using Microsoft.AspNetCore.Http;

namespace ActorCron.Node.Tests.Api;

/// <summary>Who may ask, and what an answer tells when something is wrong inside.</summary>
public sealed class AccessTests(AccessTests.GuardedFixture fixture) : IClassFixture<AccessTests.GuardedFixture>, IDisposable
{
    private const string Token = "a-token-of-some-length";
    private readonly ApiServer _api = fixture.Server;

    public void Dispose()
    {
        _api.Gateway.Fault = null;
        _api.Gateway.Broker = PartHealth.Ok;
        _api.Link.IsStopping = false;
        _api.Link.Connect(_api.Gateway, _api.System);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer wrong", 401)]
    [InlineData("Basic " + Token, 401)]
    [InlineData(Token, 401)]
    [InlineData("Bearer " + Token, 200)]
    [InlineData("bearer " + Token, 200)]
    public async Task Only_the_token_opens_the_API(string? authorization, int status)
    {
        var answer = await _api.SendAsync("GET", "/api/v1/schedules", headers: authorization is null ? [] : [("Authorization", authorization)]);

        Assert.Equal(status, answer.Code);
        if (status == 401) Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
        Assert.DoesNotContain(Token, answer.Text);
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/api/v1/cluster", 401)]
    [InlineData("/api/v1/log", 401)]
    [InlineData("/health/live/../../api/v1/log", 401)]
    [InlineData("/health/other", 401)]
    public async Task Nothing_is_open_but_health(string path, int status) => Assert.Equal(status, (await _api.SendAsync("GET", path)).Code);

    [Theory]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    public async Task Pages_of_other_origins_are_refused(string header, string value, int status) =>
        Assert.Equal(status, (await _api.SendAsync("GET", "/health/live", headers: (header, value))).Code);

    [Fact]
    public async Task The_own_origin_is_accepted() =>
        Assert.Equal(200, (await _api.SendAsync("GET", "/health/live", headers: ("Origin", $"http://127.0.0.1:{_api.Address.Port}"))).Code);

    [Fact]
    public async Task A_store_that_is_away_is_a_503_with_a_time_to_come_back()
    {
        _api.Gateway.Fault = new UnavailableException("The store does not answer.") { RetryAfter = TimeSpan.FromSeconds(2.5) };

        var answer = await Authorized("GET", "/api/v1/schedules/x");
        var ready = await _api.SendAsync("GET", "/health/ready");
        // What readiness found is kept for half a second; a busy machine takes longer.
        for (var i = 0; i < 1200 && ready.Code == 200; i++)
        {
            await Task.Delay(50);
            ready = await _api.SendAsync("GET", "/health/ready");
        }
        var live = await _api.SendAsync("GET", "/health/live");

        Assert.Equal((503, "3", "The store does not answer."), (answer.Code, answer.Headers["Retry-After"], answer.Detail));
        Assert.Equal(503, ready.Code);
        Assert.Equal("notReady", ready.Json.GetProperty("status").GetString());
        Assert.Equal(200, live.Code);
    }

    [Fact]
    public async Task A_broker_that_moves_nothing_makes_a_node_not_ready_and_the_reason_is_told()
    {
        var well = await UntilAsync(200);
        _api.Gateway.Broker = new PartHealth(PartStatus.Blocked, "it takes no messages: low on memory");
        var blocked = await UntilAsync(503);
        _api.Gateway.Broker = new PartHealth(PartStatus.Degraded, "one of three nodes is away");
        var degraded = await UntilAsync(200);

        Assert.Equal("""{"status":"ok"}""", well.Json.GetProperty("parts").GetProperty("broker").GetRawText());
        Assert.Equal("""{"status":"blocked","reason":"it takes no messages: low on memory"}""", blocked.Json.GetProperty("parts").GetProperty("broker").GetRawText());
        Assert.Equal("ready", degraded.Json.GetProperty("status").GetString());

        async Task<Answer> UntilAsync(int code)
        {
            var ready = await _api.SendAsync("GET", "/health/ready");
            // What readiness found is kept for half a second; a busy machine takes longer.
            for (var i = 0; i < 1200 && (ready.Code != code || !ready.Text.Contains("broker", StringComparison.Ordinal)); i++)
            {
                await Task.Delay(50);
                ready = await _api.SendAsync("GET", "/health/ready");
            }
            return ready;
        }
    }

    [Fact]
    public async Task An_error_of_ours_is_logged_and_not_shown()
    {
        _api.Gateway.Fault = new InvalidOperationException("secret detail");

        var answer = await Authorized("GET", "/api/v1/schedules/x");

        Assert.Equal(500, answer.Code);
        Assert.DoesNotContain("secret detail", answer.Text);
        Assert.Contains(_api.Log.Read(null, 100).Items, entry => entry.Message.Contains("secret detail"));
    }

    [Fact]
    public async Task Before_the_actors_are_up_every_call_says_so()
    {
        _api.Link.Disconnect();

        var answer = await Authorized("GET", "/api/v1/schedules");
        var ready = await _api.SendAsync("GET", "/health/ready");

        Assert.Equal((503, 503), (answer.Code, ready.Code));
        Assert.Equal(200, (await _api.SendAsync("GET", "/health/live")).Code);
    }

    [Fact]
    public async Task A_node_that_stops_is_alive_and_answers_but_is_not_ready()
    {
        _api.Link.IsStopping = true;

        Assert.Equal(503, (await _api.SendAsync("GET", "/health/ready")).Code);
        Assert.Equal(200, (await _api.SendAsync("GET", "/health/live")).Code);
        Assert.Equal(200, (await Authorized("GET", "/api/v1/schedules")).Code);
    }

    [Fact]
    public async Task One_call_too_many_is_told_to_come_back()
    {
        var gate = new RequestGate(limit: 1);
        var release = new TaskCompletionSource();

        var first = gate.InvokeAsync(new DefaultHttpContext(), _ => release.Task);
        var refused = await Assert.ThrowsAsync<ApiProblem>(() => gate.InvokeAsync(new DefaultHttpContext(), _ => Task.CompletedTask));
        release.SetResult();
        await first;
        await gate.InvokeAsync(new DefaultHttpContext(), _ => Task.CompletedTask);

        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused.Status, refused.RetryAfter));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/api/v1/schedules")]
    [InlineData("/api/v1/schedules/export")]
    public async Task HEAD_answers_as_GET_without_a_body(string path)
    {
        var answer = await Authorized("HEAD", path);

        Assert.Equal((200, ""), (answer.Code, answer.Text));
    }

    [Fact]
    public async Task Every_answer_forbids_sniffing_framing_and_foreign_content()
    {
        foreach (var path in (string[])["/health/live", "/api/v1/schedules", "/nothing"])
        {
            var answer = await Authorized("GET", path);

            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.StartsWith("default-src 'none'", answer.Headers["Content-Security-Policy"]);
            Assert.DoesNotContain("Server", answer.Headers.Keys);
        }
    }

    private Task<Answer> Authorized(string method, string path) => _api.SendAsync(method, path, headers: ("Authorization", $"Bearer {Token}"));

    public sealed class GuardedFixture : IAsyncLifetime
    {
        public ApiServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ApiServer.StartAsync($"http.token={Token}");

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
