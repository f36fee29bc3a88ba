using System.ComponentModel;
using System.Diagnostics;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>The user's editor, as git and crontab choose it: VISUAL, else EDITOR, else vi.</summary>
/// <param name="Command">A shell's words; the file's name follows them.</param>
internal sealed record Editor(string Command)
{
    /// <exception cref="UsageException">None is named, and there is no terminal for vi.</exception>
    public static Editor Of(PbmConsole console)
    {
        foreach (var name in (string[])["VISUAL", "EDITOR"])
            if (console.Variable(name) is { } command && !string.IsNullOrWhiteSpace(command)) return new Editor(command);
        return console is { InIsTerminal: true, OutIsTerminal: true } ? new Editor("vi") : throw new UsageException("there is no terminal to edit on; set EDITOR, or use 'pbm cron set'");
    }

    /// <summary>Lets the user edit a file; the editor's exit code.</summary>
    /// <exception cref="UsageException">It cannot be started.</exception>
    public async Task<int> OpenAsync(string file, CancellationToken cancelled)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd", ["/c", $"{Command} \"{file}\""])
            : new ProcessStartInfo("/bin/sh", ["-c", $"{Command} \"$1\"", "sh", file]);
        try
        {
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync(cancelled).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new UsageException($"the editor '{Command}' cannot be started: {e.Message}");
        }
    }
}
