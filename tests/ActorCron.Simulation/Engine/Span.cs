namespace ActorCron.Simulation.Engine;

/// <summary>Spans of virtual time in ticks of 100 ns.</summary>
public static class Span
{
    public const long Microsecond = 10;
    public const long Millisecond = 10_000;
    public const long Second = 10_000_000;
    public const long Minute = 60 * Second;

    public static long Ms(long milliseconds) => milliseconds * Millisecond;
}
