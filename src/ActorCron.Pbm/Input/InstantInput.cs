using System.Globalization;

namespace ActorCron.Pbm.Input;

/// <summary>An instant as a person writes it, turned into what the API takes (UTC, ISO-8601).</summary>
internal static class InstantInput
{
    public const string Forms = "an instant (2026-11-24T01:15:00Z), a date (2026-11-24), 'now', or a span: 2h (ago), +10m (from now)";

    // Zones, jitter and ranges are added to instants: the ends of the calendar have no room for them.
    private const int FirstYear = 1900;
    private const int LastYear = 9000;

    /// <summary>Reads <paramref name="text"/>; null stays null.</summary>
    /// <param name="option">The option's name, for the error.</param>
    /// <param name="text">One of <see cref="Forms"/>; a time without an offset is in <paramref name="zone"/>.</param>
    /// <param name="now">What spans count from.</param>
    /// <param name="zone">An IANA zone, or null for UTC.</param>
    /// <exception cref="UsageException">It is none of the forms, or the zone is unknown here.</exception>
    public static string? Read(string option, string? text, DateTimeOffset now, string? zone = null)
    {
        if (text is null) return null;
        if (text == "now") return Format(now);
        if (text.StartsWith('+') && SpanInput.TryRead(text[1..], out var ahead)) return Format(now + ahead);
        if (SpanInput.TryRead(text.TrimStart('-'), out var ago)) return Format(now - ago);
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) || !char.IsAsciiDigit(text[0]) || !text.Contains('-'))
            throw new UsageException($"{option}: '{text}' is not a time; give {Forms}");
        if (time.Year is < FirstYear or > LastYear) throw new UsageException($"{option}: '{text}' is not within the years {FirstYear} to {LastYear}");
        if (time.Kind == DateTimeKind.Unspecified) return Format(InZone(option, time, zone));
        return Format(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
    }

    public static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    // A time that the zone skips is taken with the offset before the gap, one that it repeats is the first of the two.
    private static DateTimeOffset InZone(string option, DateTime local, string? zone)
    {
        if (zone is null) return new DateTimeOffset(local, TimeSpan.Zero);
        if (zone.Length == 0 || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            throw new UsageException($"{option}: the time zone '{zone}' is unknown here; give the time with its offset: 2026-11-24T01:15:00+01:00");
        var offset = found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max()
            : found.IsInvalidTime(local) ? found.GetUtcOffset(local.AddHours(-3))
            : found.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
