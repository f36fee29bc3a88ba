using System.Runtime.InteropServices;

namespace ActorCron.Pbm;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var console = PbmConsole.ForProcess();
        using var interrupted = new CancellationTokenSource();
        var presses = 0;

        // The first Ctrl+C ends the command, the second the process (the default action).
        void Stop(PosixSignalContext signal)
        {
            if (signal.Signal == PosixSignal.SIGINT && console.OnInterrupt is { } endTheCommand)
            {
                signal.Cancel = true;
                endTheCommand();
                return;
            }
            signal.Cancel = Interlocked.Increment(ref presses) == 1;
            // Not Cancel: that would run the command's end, and Main's, on the thread that delivers signals.
            _ = interrupted.CancelAsync();
        }

        using var sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await PbmApp.RunAsync(args, console, interrupted.Token).ConfigureAwait(false);
    }
}
