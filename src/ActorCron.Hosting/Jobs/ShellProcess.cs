using System.Buffers;
using System.Diagnostics;
using System.Text;
using ActorCron.Core.Jobs;

namespace ActorCron.Hosting.Jobs;

/// <summary>One running command: feeds its standard input, copies what it prints, waits for its end or brings it about. Every wait has a bound,
/// and none holds a thread.</summary>
internal sealed class ShellProcess(ProcessStartInfo start, OrphanWatch watch, TimeProvider time)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Runs the command to its end. Cancelling ends its whole group.</summary>
    /// <returns>The exit code (128 + signal for a killed one; null when not even SIGKILL ended it) and whether it was stopped, and by which signal.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    public async Task<(int? ExitCode, string? StoppedBy)> RunAsync(string input, JobOutput output, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var group = new ProcessGroup(process.Id);
        watch.Add(group);
        using var streams = new CancellationTokenSource();
        try
        {
            var copied = CopyAsync(process.StandardOutput.BaseStream, output, streams.Token);
            var fed = FeedAsync(process.StandardInput.BaseStream, input, streams.Token);
            var exited = process.WaitForExitAsync(CancellationToken.None);
            var stoppedBy = await EndsByItselfAsync(exited, cancellationToken) ? null : await group.EndAsync(exited, ShellJob.Grace, time) ? "SIGKILL" : "SIGTERM";

            // Only a process that hangs inside the kernel outlives SIGKILL.
            var ended = await WithinAsync(exited, stoppedBy is null ? Timeout.InfiniteTimeSpan : ShellJob.Grace);
            if (!await WithinAsync(copied, ShellJob.Drain)) output.AppendLine("[actorcron] a process left in the background keeps the output open; what it prints from here on is not kept");
            await streams.CancelAsync();
            await Task.WhenAll(copied, fed);
            return (ended ? process.ExitCode : null, stoppedBy);
        }
        finally
        {
            watch.Remove(group);
        }
    }

    private static async Task<bool> EndsByItselfAsync(Task exited, CancellationToken cancellationToken)
    {
        try
        {
            await exited.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return exited.IsCompleted;
        }
    }

    private async Task<bool> WithinAsync(Task task, TimeSpan bound)
    {
        try
        {
            await task.WaitAsync(bound, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task FeedAsync(Stream stdin, string input, CancellationToken cancellationToken)
    {
        try
        {
            await using (stdin) await stdin.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It did not care to read its input.
        }
    }

    private static async Task CopyAsync(Stream stdout, JobOutput output, CancellationToken cancellationToken)
    {
        var (decoder, bytes) = (Encoding.UTF8.GetDecoder(), ArrayPool<byte>.Shared.Rent(BufferSize));
        var chars = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(BufferSize));
        try
        {
            int read;
            do
            {
                read = await stdout.ReadAsync(bytes.AsMemory(0, BufferSize), cancellationToken);
                output.Append(chars.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, read), chars, flush: read == 0)));
            }
            while (read > 0);
        }
        catch (OperationCanceledException)
        {
            // A process in the background holds the pipe: the run has ended all the same.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(chars);
        }
    }
}
