using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorCron.Pbm;

/// <summary>Standard output as UTF-8 without a byte-order mark, written when flushed.</summary>
internal static class StandardOutput
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static TextWriter Open() => new StreamWriter(OpenStream(), Utf8, 16 * 1024);

    // .NET's console stream swallows EPIPE, so `pbm log tail | head` would poll for ever. A pipe is therefore
    // written through a file stream, which reports it. Files keep the console stream: a file stream would write
    // at an offset of its own and overwrite what a command before it in `(a; b) > file` has written.
    private static Stream OpenStream()
    {
        var console = Console.OpenStandardOutput();
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return console;
        try
        {
            var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return file.CanSeek ? console : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return console;
        }
    }
}
