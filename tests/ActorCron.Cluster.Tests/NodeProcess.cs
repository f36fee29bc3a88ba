using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Cluster.Tests;

/// <summary>A real node process, as an operator would start it.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private NodeProcess(Process process, int httpPort, int clusterPort)
    {
        (_process, HttpPort, ClusterPort) = (process, httpPort, clusterPort);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}/"), Timeout = Soon };
    }

    public int HttpPort { get; }
    public int ClusterPort { get; }
    public HttpClient Http { get; }
    public string Name => $"127.0.0.1:{ClusterPort}";
    public string Address => $"akka.tcp://ActorCron@{Name}";
    public string Output => string.Join('\n', _output);
    public bool HasExited => _process.HasExited;

    /// <summary>The most memory that the process has held so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The built program, of the configuration that the tests were built with.</summary>
    public static string Program => Path.Combine(Repository, "src", "ActorCron.Node", "bin", Configuration, "net10.0", "actorcron.dll");

    public static string Repository { get; } = FindRepository();

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Debug" : "Release";

    /// <summary>Starts a process without waiting for anything.</summary>
    public static NodeProcess Launch(string workingFolder, IEnumerable<string> arguments, int? httpPort = null, int? clusterPort = null)
    {
        var (http, cluster) = (httpPort ?? FreePort.Next(), clusterPort ?? FreePort.Next());
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Program, "--set", $"actorcron.http.port={http}", "--set", $"akka.remote.dot-netty.tcp.port={cluster}", .. arguments]) start.ArgumentList.Add(argument);
        var node = new NodeProcess(new Process { StartInfo = start }, http, cluster);
        node._process.OutputDataReceived += (_, line) => node.Keep(line.Data);
        node._process.ErrorDataReceived += (_, line) => node.Keep(line.Data);
        node._process.Start();
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    /// <summary>Starts a process and waits until it is ready.</summary>
    public static async Task<NodeProcess> StartAsync(string workingFolder, IEnumerable<string> arguments, int? httpPort = null, int? clusterPort = null)
    {
        var node = Launch(workingFolder, arguments, httpPort, clusterPort);
        await node.ReadyAsync();
        return node;
    }

    public async Task ReadyAsync() => await Eventually.HoldsAsync(async () =>
    {
        if (HasExited) throw new InvalidOperationException($"The node exited with {_process.ExitCode}:\n{Output}");
        return Output.Contains("ActorCron node ready", StringComparison.Ordinal) && (await Http.GetAsync("health/ready")).IsSuccessStatusCode;
    }, Soon, () => $"the node is ready; its output:\n{Output}");

    public Task KillAsync() => SignalAsync("-KILL");

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? within = null)
    {
        await SendAsync("-TERM");
        return await ExitAsync(within ?? Soon);
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var bound = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(bound.Token);
        return _process.ExitCode;
    }

    public async Task PutAsync(string id, JsonObject schedule)
    {
        using var answer = await Http.PutAsJsonAsync($"api/v1/schedules/{id}", schedule);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"PUT {id}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Makes a run. Who is told to come back comes back: a busy machine may be slow to answer.</summary>
    public async Task<JsonNode> TriggerAsync(string id)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(300)))
        {
            using var answer = await Http.PostAsync($"api/v1/schedules/{id}/trigger", null);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.Accepted) return JsonNode.Parse(body)!;
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable && clock.Elapsed < Soon, $"trigger {id}: {(int)answer.StatusCode} {body}");
        }
    }

    public async Task<JsonNode?> RunAsync(string runId)
    {
        using var answer = await Http.GetAsync($"api/v1/runs/{Uri.EscapeDataString(runId)}");
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        // Refused for the moment is not the same as not there.
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>All runs of a schedule.</summary>
    public async Task<List<JsonNode>> RunsAsync(string query)
    {
        var runs = new List<JsonNode>();
        string? after = null;
        do
        {
            var page = JsonNode.Parse(await Http.GetStringAsync($"api/v1/runs?limit=1000&{query}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"))!;
            runs.AddRange(page["items"]!.AsArray().Select(item => item!));
            after = (string?)page["next"];
        }
        while (after is not null);
        return runs;
    }

    public async Task<JsonNode> ClusterAsync() => JsonNode.Parse(await Http.GetStringAsync("api/v1/cluster"))!;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        Http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        while (_output.Count > 5000) _output.TryDequeue(out _);
    }

    private async Task SignalAsync(string signal)
    {
        await SendAsync(signal);
        await ExitAsync(Soon);
    }

    private async Task SendAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ActorCron.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
