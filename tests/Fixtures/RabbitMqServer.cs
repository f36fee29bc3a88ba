using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorCron.Tests.Fixtures;

/// <summary>
/// A private RabbitMQ broker for one test class: its own ports (127.0.0.1 only), node name, cookie, epmd and data folder,
/// run as the current user. It survives <see cref="KillAsync"/> and <see cref="StartAgainAsync"/> with port and data kept;
/// disposing it, or the death of the test process, ends it and deletes its folder.
/// Needs the package <c>rabbitmq-server</c>; a missing package is a failure, never a skip.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    // Reads the current process ids from its input, one line replacing the other. The input ends when the test process
    // does, however it dies; then nothing of the broker may be left.
    private const string Watchdog = "while read -r line; do pids=$line; done; [ -z \"$pids\" ] || kill -9 $pids 2>/dev/null; rm -rf \"$0\"";

    private readonly string _sbin;
    private readonly string _folder = Directory.CreateTempSubdirectory("rabbitmq-test-").FullName;
    private readonly int _epmdPort;
    private readonly int _distributionPort;
    private readonly Process _watchdog;
    private readonly Process _epmd;
    private Process? _broker;

    private RabbitMqServer(string sbin, string[] configuration)
    {
        _sbin = sbin;
        Port = FreePort.Next();
        _epmdPort = FreePort.Next();
        _distributionPort = FreePort.Next();
        File.WriteAllText(At("plugins"), "[].");
        File.WriteAllLines(At("rabbit.conf"), [$"listeners.tcp.1 = 127.0.0.1:{Port}", .. configuration]);

        // In a session of its own: a signal for all processes of a test run must not end the one that tidies up after them.
        _watchdog = Launch(new ProcessStartInfo("setsid", ["/bin/sh", "-c", Watchdog, _folder]) { RedirectStandardInput = true });
        _epmd = Launch(new ProcessStartInfo("epmd", ["-port", $"{_epmdPort}", "-address", "127.0.0.1"]));
        TellWatchdog();
    }

    /// <summary>Port of the plain AMQP 0-9-1 listener on 127.0.0.1. Stays the same for the whole life.</summary>
    public int Port { get; }

    /// <summary>AMQP address with the default user (guest, full rights) and the default virtual host.</summary>
    public Uri Uri => new($"amqp://guest:guest@127.0.0.1:{Port}/");

    /// <summary>Whether the broker process runs at the moment.</summary>
    public bool IsRunning => _broker is { HasExited: false };

    private string NodeName => $"test{Port}@localhost";

    /// <summary>Starts a broker and returns once it answers AMQP, in about five seconds.</summary>
    /// <param name="configuration">More lines of <c>rabbitmq.conf</c>, such as <c>consumer_timeout = 5000</c>.</param>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed, or the broker does not come up; the message has its output.</exception>
    public static async Task<RabbitMqServer> StartAsync(params string[] configuration)
    {
        var sbin = Directory.Exists("/usr/lib/rabbitmq/lib")
            ? Directory.GetDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (sbin is null)
            throw new InvalidOperationException("These tests start a real RabbitMQ, which is not installed: apt-get install rabbitmq-server");

        var server = new RabbitMqServer(Path.Combine(sbin, "sbin"), configuration);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the broker again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port and data.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning) throw new InvalidOperationException("The broker runs already.");

        // exec all the way down: the id is that of the Erlang machine itself, so a kill is a real one.
        _broker = Launch(WithEnvironment(new ProcessStartInfo("/bin/sh",
            ["-c", "exec \"$0\" >> \"$1\" 2>&1 < /dev/null", Path.Combine(_sbin, "rabbitmq-server"), At("output")])));
        TellWatchdog();
        using var limit = new CancellationTokenSource(StartTimeout);
        while (!await AnswersAsync(limit.Token))
        {
            if (_broker.HasExited || limit.IsCancellationRequested)
                throw new InvalidOperationException($"RabbitMQ did not come up on port {Port}:\n{await OutputAsync()}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Stops the broker in good order: connections are closed with a reason, data is flushed. No-op when it is down.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>Kills the broker as a power cut would (SIGKILL). No-op when it is down.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>Freezes the broker (SIGSTOP): sockets stay open, nothing answers, until <see cref="ResumeAsync"/>.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>Lets a paused broker go on.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>Runs <c>rabbitmqctl</c> against this broker (about half a second) and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public async Task<string> RunCtlAsync(params string[] arguments)
    {
        using var ctl = Launch(WithEnvironment(new ProcessStartInfo(Path.Combine(_sbin, "rabbitmqctl"), ["-q", "-n", NodeName, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }));
        using var limit = new CancellationTokenSource(StartTimeout);
        var output = ctl.StandardOutput.ReadToEndAsync(limit.Token);
        var error = ctl.StandardError.ReadToEndAsync(limit.Token);
        await ctl.WaitForExitAsync(limit.Token);
        return ctl.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} failed: {await output}{await error}");
    }

    /// <summary>What the broker has written so far, for a failing test's message.</summary>
    public async Task<string> OutputAsync() => File.Exists(At("output")) ? await File.ReadAllTextAsync(At("output")) : "";

    /// <summary>Ends the broker and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        // No good order: the data goes anyway, and a stop takes seconds.
        await KillAsync();
        _epmd.Kill();
        await _watchdog.StandardInput.WriteLineAsync();
        _watchdog.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopTimeout);
        await _watchdog.WaitForExitAsync(limit.Token);
        _watchdog.Dispose();
        _epmd.Dispose();
        _broker?.Dispose();
    }

    private async Task EndAsync(string signal)
    {
        if (!IsRunning) return;

        await SignalAsync(signal);
        using var limit = new CancellationTokenSource(StopTimeout);
        await _broker!.WaitForExitAsync(limit.Token);
        TellWatchdog();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Launch(new ProcessStartInfo("/bin/kill", [signal, $"{_broker!.Id}"]));
        await kill.WaitForExitAsync();
    }

    private void TellWatchdog()
    {
        _watchdog.StandardInput.WriteLine(IsRunning ? $"{_epmd.Id} {_broker!.Id}" : $"{_epmd.Id}");
        _watchdog.StandardInput.Flush();
    }

    // A listening port is not yet a broker: a real one answers a wrong protocol version with the right one.
    private async Task<bool> AnswersAsync(CancellationToken token)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Port, token);
            await socket.GetStream().WriteAsync("AMQP\0\0\0\0"u8.ToArray(), token);
            return await socket.GetStream().ReadAsync(new byte[8], token) > 0;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private ProcessStartInfo WithEnvironment(ProcessStartInfo start)
    {
        start.WorkingDirectory = _folder;
        foreach (var (name, value) in new (string, string)[]
        {
            ("HOME", _folder),
            ("ERL_EPMD_PORT", $"{_epmdPort}"),
            ("RABBITMQ_NODENAME", NodeName),
            ("RABBITMQ_DIST_PORT", $"{_distributionPort}"),
            ("RABBITMQ_MNESIA_BASE", At("data")),
            ("RABBITMQ_LOG_BASE", At("log")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", At("plugins")),
            ("RABBITMQ_CONFIG_FILE", At("rabbit.conf")),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
            // Idle schedulers would spin on cores that the tests need.
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none"),
            // Makes the start script exec the Erlang machine instead of waiting for it.
            ("detached", "1"),
        }) start.Environment[name] = value;
        return start;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static Process Launch(ProcessStartInfo start) =>
        Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
}
