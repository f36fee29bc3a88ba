using System.Globalization;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>A line of progress on standard error for a person who waits: nothing in a script, nothing for a file that is sent in a second.</summary>
internal sealed class UploadProgress(PbmConsole console, long? total) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly long _start = console.Time.GetTimestamp();
    private TimeSpan _next = TimeSpan.FromSeconds(1);
    private bool _hasDrawn;

    public void Report(long bytes)
    {
        var elapsed = console.Time.GetElapsedTime(_start);
        if (!console.ErrorIsTerminal || elapsed < _next) return;
        _next = elapsed + Pause;
        _hasDrawn = true;
        var share = total is > 0 ? $" of {MiB(total.Value)} ({100 * bytes / total.Value} %)" : "";
        console.Error.Write($"\r{MiB(bytes)}{share}, {MiB((long)(bytes / elapsed.TotalSeconds))}/s   ");
    }

    public void Dispose()
    {
        if (_hasDrawn) console.Error.WriteLine();
    }

    private static string MiB(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
