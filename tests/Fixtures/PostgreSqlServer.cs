using System.Diagnostics;
using System.Globalization;

namespace ActorCron.Tests.Fixtures;

/// <summary>A private PostgreSQL server: its own data folder under the temp folder, its own free port, loopback only,
/// user <c>postgres</c> without a password. It is as durable against <see cref="KillAsync"/> as a real one, but not
/// against a power cut (fsync is off). It stops by itself when the test process dies.</summary>
/// <remarks>Needs Debian's <c>postgresql</c> package in version 13 or newer (or <c>ACTORCRON_TEST_POSTGRESQL_BIN</c>, a folder with
/// <c>initdb</c> and <c>postgres</c>); of several the newest is taken. PostgreSQL refuses to run as root: run as root, it
/// runs as user <c>postgres</c>.</remarks>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const int OldestVersion = 13;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    // The shell ends the server when its standard input closes, which the kernel does for a parent that has died; unless
    // told to keep them, it then deletes the data too.
    private const string Watchdog =
        "\"$1/postgres\" -D \"$2/data\" -p \"$3\" >>\"$2/server.log\" 2>&1 & server=$!; " +
        "read keep; kill -INT $server 2>/dev/null; wait $server; [ -n \"$keep\" ] || rm -rf \"$2\"";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "actorcron-pg-" + Guid.NewGuid().ToString("N")[..12]);
    private readonly string _binaries;
    private Process? _watchdog;

    private PostgreSqlServer(string binaries) => _binaries = binaries;

    /// <summary>The TCP port on 127.0.0.1; the same one after <see cref="StartAgainAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>Whether a server can be started here at all.</summary>
    public static bool IsInstalled => FindBinaries() is not null;

    /// <summary>Creates a new empty server and returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or did not start within 60 s.</exception>
    public static async Task<PostgreSqlServer> StartAsync()
    {
        var binaries = FindBinaries() ?? throw new InvalidOperationException(
            $"No PostgreSQL server of version {OldestVersion} or newer found under /usr/lib/postgresql/*/bin. Install Debian's package postgresql, " +
            "or name the folder of initdb and postgres in ACTORCRON_TEST_POSTGRESQL_BIN.");
        var server = new PostgreSqlServer(binaries);
        try
        {
            await server.CreateAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An Npgsql connection string for a database of this server, existing or not (see <see cref="CreateDatabaseAsync"/>).</summary>
    public string ConnectionString(string database = "postgres") =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Timeout=30");

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string database)
    {
        await RunAsync("createdb", "-h", "127.0.0.1", "-p", PortText, "-U", "postgres", "-T", "template0", database);
        return ConnectionString(database);
    }

    /// <summary>Starts the stopped server again, with the same port and data.</summary>
    public async Task StartAgainAsync()
    {
        if (_watchdog is { HasExited: false })
            throw new InvalidOperationException("The server runs already.");

        _watchdog?.Dispose();
        // In a session of its own: a signal for all processes of a test run must not end the one that tidies up after them.
        _watchdog = Start("setsid", "/bin/sh", "-c", Watchdog, "sh", _binaries, _folder, PortText);
        var started = Stopwatch.StartNew();
        while (await ExitCodeAsync("pg_isready", "-q", "-h", "127.0.0.1", "-p", PortText) != 0)
        {
            if (started.Elapsed > Bound)
                throw new InvalidOperationException($"PostgreSQL did not start within {Bound.TotalSeconds:0} s:\n{Log()}");
            await Task.Delay(50);
        }
    }

    /// <summary>An orderly stop: open connections are ended, what is stored is checkpointed.</summary>
    public Task StopAsync() => EndAsync();

    /// <summary>A stop as by a crash: no checkpoint, every connection cut. The next start runs crash recovery.</summary>
    public async Task KillAsync()
    {
        if (_watchdog is null or { HasExited: true })
            return;
        await RunAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "stop");
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _watchdog?.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private string PortText => Port.ToString(CultureInfo.InvariantCulture);

    private async Task CreateAsync()
    {
        Directory.CreateDirectory(_folder);
        if (IsRoot)
            await ExpectSuccessAsync(Start(asRoot: true, "chown", "postgres", _folder));
        await RunAsync("initdb", "-D", Path.Combine(_folder, "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await File.AppendAllTextAsync(Path.Combine(_folder, "data", "postgresql.conf"),
            $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{_folder}'
            max_connections = 200
            fsync = off
            full_page_writes = off
            """);
        Port = FreePort.Next();
    }

    private async Task EndAsync()
    {
        if (_watchdog is null or { HasExited: true })
            return;
        await _watchdog.StandardInput.WriteLineAsync("keep");
        _watchdog.StandardInput.Close();
        using var bound = new CancellationTokenSource(Bound);
        await _watchdog.WaitForExitAsync(bound.Token);
    }

    private Task RunAsync(string program, params string[] arguments) =>
        ExpectSuccessAsync(Start(Path.Combine(_binaries, program), arguments));

    private async Task<int> ExitCodeAsync(string program, params string[] arguments)
    {
        using var process = Start(Path.Combine(_binaries, program), arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task ExpectSuccessAsync(Process process)
    {
        using var _ = process;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{process.StartInfo.FileName} exited with {process.ExitCode}: {await output}{await error}");
    }

    private static Process Start(string program, params string[] arguments) => Start(asRoot: false, program, arguments);

    private static Process Start(bool asRoot, string program, params string[] arguments)
    {
        var switchUser = IsRoot && !asRoot;
        var start = new ProcessStartInfo(switchUser ? "setpriv" : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (switchUser)
            foreach (var argument in new[] { "--reuid=postgres", "--regid=postgres", "--init-groups", program })
                start.ArgumentList.Add(argument);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private string Log()
    {
        var log = Path.Combine(_folder, "server.log");
        return File.Exists(log) ? File.ReadAllText(log) : "(no log)";
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries()
    {
        if (Environment.GetEnvironmentVariable("ACTORCRON_TEST_POSTGRESQL_BIN") is { Length: > 0 } named)
            return named;
        const string debian = "/usr/lib/postgresql";
        return Directory.Exists(debian)
            ? Directory.GetDirectories(debian)
                .Select(folder => (Version: Version(folder), Binaries: Path.Combine(folder, "bin")))
                .Where(found => found.Version >= OldestVersion && File.Exists(Path.Combine(found.Binaries, "initdb")))
                .OrderByDescending(found => found.Version)
                .Select(found => found.Binaries)
                .FirstOrDefault()
            : null;
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
