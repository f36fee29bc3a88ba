using System.Diagnostics;

namespace ActorCron.Cluster.Tests;

/// <summary>Waits for a condition, within a bound.</summary>
public static class Eventually
{
    /// <summary>The bound where none is promised: generous, as a wait ends when its condition holds.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < within)
        {
            try
            {
                if (await condition()) return;
            }
            catch (Exception cause) when (cause is HttpRequestException or TaskCanceledException)
            {
                last = cause;
            }
            await Task.Delay(Between);
        }
        Assert.Fail($"Within {within.TotalSeconds:0} s it should hold that {what()}{(last is null ? "" : $" ({last.Message})")}");
    }
}
