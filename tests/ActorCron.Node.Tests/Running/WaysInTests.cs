using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorCron.Node.Running;
using ActorCron.Node.Tests.Configuration;

namespace ActorCron.Node.Tests.Running;

/// <summary>What a running node takes and refuses, by each way in.</summary>
public sealed class WaysInTests : IAsyncLifetime
{
    private readonly ConfigFolder _folder = new();
    private readonly StringWriter _written = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new();
    private TextWriter _output = null!;
    private Task<int> _running = null!;

    public async Task InitializeAsync()
    {
        _output = TextWriter.Synchronized(_written);
        string[] args = ["--set", "http.port=0", "--set", $"node.data-dir={_folder.Path}", "--set", "jobs.shell.enabled=on"];
        _running = Task.Run(() => NodeProgram.RunAsync(args, new Dictionary<string, string>(), _output, _output, _stop.Token));
        var ready = await EventuallyAsync(() => Task.FromResult(Written.Split('\n').FirstOrDefault(line => line.Contains("ActorCron node ready"))));
        _client.BaseAddress = new Uri(ready.Split("http ")[1].Split(',')[0]);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        _stop.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_rule_that_has_had_its_time_is_refused_by_every_way_in()
    {
        const string past = "2020-01-01T00:00:00.000Z lies in the past";
        var at = await SendAsync(HttpMethod.Put, "schedules/past", """{ "at": "2020-01-01T00:00:00Z", "job": { "type": "noop" } }""");
        var end = await SendAsync(HttpMethod.Put, "schedules/old", """{ "cron": "* * * * *", "endAt": "2020-01-01T00:00:00Z", "job": { "type": "noop" } }""");
        var lines = await SendAsync(HttpMethod.Post, "schedules/import",
            """
            { "id": "good", "cron": "* * * * *", "job": { "type": "noop" } }
            { "id": "past", "at": "2020-01-01T00:00:00Z", "job": { "type": "noop" } }
            """, "application/x-ndjson");
        var crontab = await SendAsync(HttpMethod.Post, "schedules/import?prefix=c/", "@daily true\n@at 2020-01-01T00:00:00Z true\n", "text/plain");

        Assert.Equal((400, "at"), (at.Code, at.Json.GetProperty("field").GetString()));
        Assert.Equal((400, "endAt"), (end.Code, end.Json.GetProperty("field").GetString()));
        Assert.Equal((1, 1), (lines.Json.GetProperty("created").GetInt32(), lines.Json.GetProperty("failed").GetInt32()));
        Assert.StartsWith($"2: at: {past}", FirstError(lines.Json));
        Assert.StartsWith($"2: cron: {past}", FirstError(crontab.Json));
        Assert.Equal(404, (await SendAsync(HttpMethod.Get, "schedules/past")).Code);
    }

    [Fact]
    public async Task An_instant_of_the_current_second_runs_once()
    {
        // The clock may move on to the next second before the node reads it: then it is the past.
        await EventuallyAsync(async () =>
        {
            var second = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            return (await SendAsync(HttpMethod.Put, "schedules/now", $$"""{ "at": "{{second}}", "job": { "type": "noop" } }""")).Code == 201 ? "created" : null;
        });

        var run = await EventuallyAsync(async () =>
        {
            var runs = await SendAsync(HttpMethod.Get, "runs?schedule=now&state=succeeded");
            return runs.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("runId").GetString()).FirstOrDefault();
        });
        Assert.StartsWith("now@", run);
        Assert.Equal(1, (await SendAsync(HttpMethod.Get, "runs?schedule=now")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_trigger_brings_params_which_reach_the_command_and_a_key_makes_it_one_run()
    {
        const string own = """{ "params": { "command": "cat", "customer": 18 } }""";
        await SendAsync(HttpMethod.Put, "schedules/cat", """{ "cron": "0 0 1 1 *", "job": { "type": "shell", "params": { "command": "cat", "customer": 17 } } }""");

        var first = await TriggerAsync(own, "a");
        var again = await TriggerAsync(own, "a");
        var plain = await TriggerAsync(null, null);

        Assert.Equal(first, again);
        var ended = await EndedAsync(first);
        Assert.Equal(18, ended.GetProperty("params").GetProperty("customer").GetInt32());
        Assert.Equal("""{"command":"cat","customer":18}""", ended.GetProperty("output").GetString());
        var plainEnded = await EndedAsync(plain);
        Assert.False(plainEnded.TryGetProperty("params", out _));
        Assert.Equal("""{"command":"cat","customer":17}""", plainEnded.GetProperty("output").GetString());
        Assert.Equal(first, await TriggerAsync(own, "a"));
        Assert.Equal(2, (await SendAsync(HttpMethod.Get, "runs?schedule=cat")).Json.GetProperty("items").GetArrayLength());
    }

    private string Written
    {
        get { lock (_output) return _written.ToString(); }
    }

    private async Task<string> TriggerAsync(string? body, string? key)
    {
        var answer = await SendAsync(HttpMethod.Post, "schedules/cat/trigger", body, key: key);
        Assert.Equal(202, answer.Code);
        return answer.Json.GetProperty("runId").GetString()!;
    }

    private async Task<JsonElement> EndedAsync(string runId)
    {
        var text = await EventuallyAsync(async () =>
        {
            var run = (await SendAsync(HttpMethod.Get, $"runs/{Uri.EscapeDataString(runId)}")).Json;
            return run.GetProperty("state").GetString() == "succeeded" ? run.GetRawText() : null;
        });
        return JsonDocument.Parse(text).RootElement;
    }

    private static string FirstError(JsonElement answer)
    {
        var error = answer.GetProperty("errors").EnumerateArray().First();
        return $"{error.GetProperty("line").GetInt32()}: {error.GetProperty("error").GetString()}";
    }

    private async Task<(int Code, JsonElement Json)> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json", string? key = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, contentType);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    private async Task<T> EventuallyAsync<T>(Func<Task<T?>> look) where T : class
    {
        for (var i = 0; i < 600; i++)
        {
            if (await look() is { } found) return found;
            Assert.False(_running.IsCompleted, Written);
            await Task.Delay(100);
        }
        throw new TimeoutException(Written);
    }
}
