namespace ActorCron.Core.Time;

/// <summary>Arithmetic that stops at the ends of the calendar (years 1 and 9999) instead of failing there: whoever asks about
/// instants out there gets an answer.</summary>
public static class CalendarEnds
{
    /// <summary>The instant that much later, or earlier for a negative span; the calendar's first or last instant where that lies beyond it. UTC.</summary>
    public static DateTimeOffset Add(DateTimeOffset instant, TimeSpan span)
    {
        var ticks = instant.UtcTicks;
        if (span.Ticks > 0 && ticks > DateTimeOffset.MaxValue.UtcTicks - span.Ticks) return DateTimeOffset.MaxValue;
        if (span.Ticks < 0 && ticks < DateTimeOffset.MinValue.UtcTicks - span.Ticks) return DateTimeOffset.MinValue;
        return new DateTimeOffset(ticks + span.Ticks, TimeSpan.Zero);
    }
}
