using System.CommandLine;
using System.Net;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;

namespace ActorCron.Pbm.Parsing;

/// <summary>Asking again and again, for the endless commands. Ctrl+C is their normal end; a node that restarts is waited for.</summary>
internal static class Polling
{
    public static Option<string> Interval() => new("--interval")
    {
        HelpName = "DURATION",
        Description = "How often to ask the node.",
        DefaultValueFactory = _ => "1s",
    };

    /// <summary>Runs <paramref name="ask"/> at once and then at each interval until it answers false or the user stops it.</summary>
    /// <returns>Whether it ended by itself; false after Ctrl+C.</returns>
    /// <exception cref="NodeUnreachableException">The node has not answered for longer than the time-out.</exception>
    public static async Task<bool> UntilAsync(Call call, TimeSpan interval, Func<CancellationToken, Task<bool>> ask, CancellationToken cancelled)
    {
        using var timer = new PeriodicTimer(interval, call.Console.Time);
        var lastAnswer = (DateTimeOffset?)null;
        try
        {
            do
            {
                try
                {
                    if (!await ask(cancelled).ConfigureAwait(false)) return true;
                    lastAnswer = call.Now;
                }
                catch (Exception e) when (lastAnswer is { } last && IsPassing(e) && call.Now - last < call.Node.Patience)
                {
                    // Asked again at the next tick: a rolling restart must not end a tail.
                }
                await call.Console.Out.FlushAsync(cancelled).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancelled).ConfigureAwait(false));
            return false;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return false;
        }
    }

    public static TimeSpan ReadInterval(Call call, Option<string> option)
    {
        var interval = SpanInput.ReadWait("--interval", call.Value(option)!);
        return interval >= TimeSpan.FromMilliseconds(10) ? interval : throw new UsageException("--interval: at least 10ms");
    }

    private static bool IsPassing(Exception e) =>
        e is NodeUnreachableException or NodeRefusedException { Problem.Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway };
}
