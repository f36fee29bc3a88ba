using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorCron.Node.Running;
using ActorCron.Node.Tests.Configuration;

namespace ActorCron.Node.Tests.Running;

/// <summary>The program as its users start it, in this process.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "actorcron ", "--version")]
    [InlineData(0, "Usage:", "--help")]
    [InlineData(0, "configuration is right", "--check")]
    [InlineData(2, "'--bogus'", "--bogus")]
    [InlineData(2, "'stray'", "stray")]
    [InlineData(2, "--config", "--config")]
    [InlineData(2, "/no/such.conf: the file does not exist", "--config", "/no/such.conf")]
    [InlineData(2, "--set http.prt: actorcron.http.prt: is no known key; the nearest is actorcron.http.port", "--set", "http.prt=1")]
    [InlineData(2, "lets other machines in", "--set", "http.bind=0.0.0.0")]
    [InlineData(2, "is another node", "--set", "akka.cluster.seed-nodes=akka.tcp://ActorCron@b:1")]
    [InlineData(2, "/no/such.crontab: does not exist", "--crontab", "/no/such.crontab")]
    [InlineData(2, "@nobody", "@nobody")]
    public async Task What_is_asked_for_is_told_with_the_right_exit_code(int exitCode, string expected, params string[] args)
    {
        var run = await RunAsync(args);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Output + run.Error);
        Assert.DoesNotContain("   at ", run.Output + run.Error);
    }

    [Fact]
    public async Task A_check_tells_every_problem_of_configuration_and_crontab_with_its_line()
    {
        var config = _folder.Write("node.conf", "actorcron {\n  http.port = x\n  wroker.concurrency = 1\n}");
        var crontab = _folder.Write("crontab", "* * * * * echo fine\n61 * * * * echo late\n* * * echo short\n");

        var run = await RunAsync("--check", "--config", config, "--crontab", crontab);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{config}:2: actorcron.http.port", run.Output);
        Assert.Contains($"{config}:3: actorcron.wroker", run.Output);
        Assert.Contains($"{crontab}:2: column 1", run.Output);
        Assert.Contains($"{crontab}:3:", run.Output);
        Assert.Contains("4 problems", run.Output);
    }

    [Fact]
    public async Task The_ready_crontab_is_right()
    {
        var run = await RunAsync("--check", "--crontab", Path.Combine(Repository.Root, "hocon", "hello.crontab"));

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("configuration and crontab are right (3 entries)\n", run.Output);
    }

    [Fact]
    public async Task A_system_crontab_that_is_read_as_a_users_is_noted()
    {
        var crontab = _folder.Write("crontab", "CRON_TZ=UTC\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n5 * * * * www-data /x\n");

        var run = await RunAsync("--check", "--crontab", crontab);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"note: {crontab}:2: the command begins with \"root\"", run.Output);
        Assert.Contains($"note: {crontab}:3: the command begins with \"www-data\"", run.Output);
    }

    [Fact]
    public async Task System_crontabs_are_read_file_by_file_and_folder_by_folder()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "cron.d")).FullName;
        var me = Environment.UserName;
        File.WriteAllText(Path.Combine(folder, "one"), $"CRON_TZ=UTC\n@daily {me} true\n");
        File.WriteAllText(Path.Combine(folder, "two"), $"CRON_TZ=UTC\n@daily {me} true\n@hourly {me} true\n");
        File.WriteAllText(Path.Combine(folder, "two.dpkg-old"), "nonsense\n");
        var file = _folder.Write("system", $"CRON_TZ=UTC\n@daily {me} true\n@daily no_such_user_here true\n@daily\n");

        var right = await RunAsync("--check", "--system-crontab", folder);
        var wrong = await RunAsync("--check", "--system-crontab", folder, "--system-crontab", file);
        var missing = await RunAsync("--check", "--system-crontab", Path.Combine(folder, "none"));

        Assert.Equal(0, right.ExitCode);
        Assert.EndsWith("configuration and crontab are right (3 entries)\n", right.Output);
        Assert.Equal((2, 2), (wrong.ExitCode, missing.ExitCode));
        Assert.Contains($"{file}:3: user: ", wrong.Output);
        Assert.Contains("no_such_user_here", wrong.Output);
        Assert.Contains($"{file}:4: column 7: the user is missing", wrong.Output);
        Assert.Contains("does not exist", missing.Output);
    }

    [Fact]
    public async Task A_node_keeps_its_system_crontabs_without_the_lines_that_it_may_not_run()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "cron.d")).FullName;
        File.WriteAllText(Path.Combine(folder, "jobs"), $"# name: mine\n@daily {Environment.UserName} true\n# name: theirs\n@daily no_such_user_here true\n");
        string[] args = ["--system-crontab", folder, "--set", "http.port=0", "--set", $"node.data-dir={Path.Combine(_folder.Path, "data")}"];

        await using (var node = StartNode(args))
        {
            using var client = new HttpClient { BaseAddress = await node.ReadyAsync() };
            Assert.Equal(["system-crontab/jobs/mine"], await IdsAsync(client));
            Assert.Contains("Crontab line left out", node.Output);
        }
        File.Move(Path.Combine(folder, "jobs"), Path.Combine(folder, "others"));
        await using (var node = StartNode(args))
        {
            using var client = new HttpClient { BaseAddress = await node.ReadyAsync() };
            Assert.Equal(["system-crontab/others/mine"], await IdsAsync(client));
        }
    }

    [Fact]
    public async Task A_crontab_line_whose_time_is_over_is_a_problem()
    {
        var crontab = _folder.Write("crontab", "@daily true\n@at 2020-01-01T00:00:00Z true\n");

        var run = await RunAsync("--check", "--crontab", crontab);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{crontab}:2: cron: 2020-01-01T00:00:00.000Z lies in the past", run.Output);
    }

    [Theory]
    [InlineData("amqp://h:5672//")]
    [InlineData("amqp://h/a/b")]
    [InlineData("amqp://guest@host/")]
    public async Task A_check_and_a_start_refuse_an_address_of_the_broker_alike(string uri)
    {
        string[] args = ["--set", "store.kind=mongodb", "--set", "store.connection-string=mongodb://m/d", "--set", "broker.kind=rabbitmq", "--set", $"broker.rabbitmq.uri={uri}"];

        var (check, start) = (await RunAsync(["--check", .. args]), await RunAsync(args));

        Assert.Equal((2, 2), (check.ExitCode, start.ExitCode));
        Assert.Equal(check.Output.Split('\n')[0], start.Error.Split('\n')[0]["actorcron: ".Length..]);
    }

    [Fact]
    public async Task A_taken_port_ends_the_start_in_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var run = await RunAsync("--set", $"http.port={((IPEndPoint)listener.LocalEndpoint).Port}", "--set", $"node.data-dir={_folder.Path}");

        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Contains("the address is in use by another program", run.Error);
        Assert.DoesNotContain("   at ", run.Output);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_refused_in_one_line()
    {
        var file = _folder.Write("file", "");

        var run = await RunAsync("--set", "http.port=0", "--set", $"node.data-dir={file}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("cannot be made", Assert.Single(run.Error.Trim().Split('\n')));
    }

    [Fact]
    public async Task A_node_becomes_ready_keeps_its_crontab_in_step_and_stops_cleanly()
    {
        var data = Path.Combine(_folder.Path, "data");
        var crontab = _folder.Write("crontab", "# name: one\n0 5 * * * echo one\n# name: two\n0 6 * * * echo two\n");
        string[] args = ["--crontab", crontab, "--set", "http.port=0", "--set", $"node.data-dir={data}"];

        await using (var node = StartNode(args))
        {
            var address = await node.ReadyAsync();
            using var client = new HttpClient { BaseAddress = address };
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
            Assert.Equal(["crontab/one", "crontab/two"], await IdsAsync(client));

            var second = await RunAsync("--set", "http.port=0", "--set", $"node.data-dir={data}");
            Assert.Equal(2, second.ExitCode);
            Assert.Contains("another node uses the data folder", Assert.Single(second.Error.Trim().Split('\n')));

            // What a newcomer sees: the date in each line, no words of the machinery, and where to look.
            await node.SaysAsync("Shell jobs are off, but for the crontab's lines");
            var lines = node.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.InRange(lines.Length, 3, 7);
            Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ INFO    node ", line));
            Assert.Contains($"SQLite store in {data}", lines[0]);
            Assert.Contains(lines, line => line.Contains($"the dashboard is {address.ToString().TrimEnd('/')}/", StringComparison.Ordinal));

            Assert.Equal(0, await node.StopAsync());
            Assert.Contains("ActorCron node stopped", node.Output);
        }

        File.WriteAllText(crontab, "# name: two\n0 7 * * * echo two\n# name: three\n0 8 * * * echo three\n");
        await using (var node = StartNode(args))
        {
            using var client = new HttpClient { BaseAddress = await node.ReadyAsync() };
            Assert.Equal(["crontab/three", "crontab/two"], await IdsAsync(client));
            Assert.Contains("1 created, 1 updated, 0 unchanged, 1 removed, 0 failed", node.Output);
            Assert.Equal(0, await node.StopAsync());
        }
    }

    [Theory]
    [InlineData("kill -TERM $1")]
    [InlineData("kill -TERM $1; sleep 0.1; kill -TERM $1")] // As where a wrapper in the same process group passes it on.
    public async Task SIGTERM_is_a_clean_stop(string signal)
    {
        var program = Path.Combine(Repository.Root, "src", "ActorCron.Node", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "actorcron.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--set", "http.port=0", "--set", $"node.data-dir={_folder.Path}"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        try
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            string? line;
            do line = await process.StandardOutput.ReadLineAsync(bound.Token);
            while (line is not null && !line.Contains("ActorCron node ready"));
            using (var shell = Process.Start("/bin/sh", ["-c", signal, "sh", process.Id.ToString()])) await shell.WaitForExitAsync(bound.Token);
            var rest = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);

            Assert.Equal(0, process.ExitCode);
            Assert.Contains("Stopping: asked to", rest);
            Assert.Contains("ActorCron node stopped", rest);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task<IEnumerable<string?>> IdsAsync(HttpClient client)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/schedules"));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())];
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var exitCode = await NodeProgram.RunAsync(args, new Dictionary<string, string>(), output, error, bound.Token);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static RunningNode StartNode(string[] args) => new(args);
}
