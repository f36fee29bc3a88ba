using System.Runtime.InteropServices;

namespace ActorCron.Hosting.Jobs;

/// <summary>The processes that a shell job started, all in the group that its shell leads.</summary>
/// <param name="Id">The shell's process id.</param>
internal readonly record struct ProcessGroup(int Id)
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int NoSuchProcess = 3;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether a process of the group is left, even as a zombie.</summary>
    public bool Exists => Send(0);

    /// <summary>Asks all of them to end (SIGTERM), waits for that, kills what is left (SIGKILL). Answers whether it had to kill.</summary>
    /// <param name="leaderExited">Completes when the leader has ended. Until then there may be no group: it has just been started.</param>
    /// <param name="grace">From the one signal to the other.</param>
    /// <param name="time">What the wait follows.</param>
    public async Task<bool> EndAsync(Task leaderExited, TimeSpan grace, TimeProvider time)
    {
        var asked = false;
        for (var began = time.GetTimestamp(); Exists || !leaderExited.IsCompleted; await Task.Delay(Glance, time))
        {
            if (!asked && Send(Terminate)) asked = Send(Continue); // A stopped process takes the signal only when it goes on.
            if (time.GetElapsedTime(began) < grace) continue;
            return Send(Kill);
        }
        return false;
    }

    private bool Send(int signal) => SendSignal(-Id, signal) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
