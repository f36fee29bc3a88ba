using System.Runtime.InteropServices;

namespace ActorCron.Hosting.Jobs;

/// <summary>Lets commands end quietly at a closed pipe (<c>yes | head</c>), as under any shell.</summary>
/// <remarks>.NET ignores SIGPIPE and hands that down to the processes it starts, where no shell can undo it; a signal with a handler is handed down
/// as the default one. Hence a handler: a function of libc that does nothing to anyone. For the node itself nothing changes: writing to a closed
/// pipe is an error either way.</remarks>
internal static class BrokenPipeSignal
{
    private const int Sigpipe = 13;
    private static readonly Lazy<nint> Replaced = new(() => OperatingSystem.IsLinux() ? SetHandler(Sigpipe, Harmless()) : 0);

    /// <summary>Takes effect for processes started from now on.</summary>
    public static void HandDownDefault() => _ = Replaced.Value;

    private static nint Harmless() => NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(BrokenPipeSignal).Assembly, DllImportSearchPath.SafeDirectories), "abs");

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);
}
