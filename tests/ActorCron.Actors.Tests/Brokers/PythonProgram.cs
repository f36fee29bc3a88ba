using System.Diagnostics;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>A program of docs/examples/python while it runs.</summary>
internal sealed class PythonProgram : IAsyncDisposable
{
    private static readonly Lazy<string> Interpreter = new(Find);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    public PythonProgram(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Interpreter.Value, ["-B", RepositoryFile.At($"docs/examples/python/{script}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its exit code, and all that it wrote.</summary>
    public async Task<(int ExitCode, string[] Output, string Errors)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Soon);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, (await _output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await _errors);
    }

    /// <summary>Asks it to stop (SIGTERM).</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("/bin/kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // The first that has pika, which Debian calls python3-pika; a missing one is a failure, never a skip.
    private static string Find() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasPika)
        ?? throw new InvalidOperationException("These tests run the Python examples, which need pika: apt-get install python3-pika");

    private static bool HasPika(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import pika"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
