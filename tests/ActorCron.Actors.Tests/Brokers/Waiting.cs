namespace ActorCron.Actors.Tests.Brokers;

/// <summary>How broker tests wait: on conditions, within a bound.</summary>
public static class Waiting
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds; fails with what was last seen.</summary>
    public static async Task<T> Eventually<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (holds(seen)) return seen;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Soon, $"still {seen} after {Soon}");
            await Task.Delay(50);
        }
    }
}
