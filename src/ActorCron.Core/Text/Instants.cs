using System.Globalization;
using System.Text.Json;

namespace ActorCron.Core.Text;

/// <summary>Instants as documents write them: read as ISO 8601 with <c>Z</c> or an offset, answered in UTC with milliseconds.</summary>
public static class Instants
{
    /// <summary>What to write, for error messages.</summary>
    public const string Expected = "an instant with Z or an offset, such as 2026-11-24T01:15:00Z or 2026-11-24T02:15:00+01:00";

    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int ShortestTime = 16; // yyyy-MM-ddTHH:mm

    /// <summary>Reads <c>yyyy-MM-ddTHH:mm[:ss[.f…]]</c> followed by <c>Z</c> or <c>±hh:mm</c>. What is finer than a millisecond is cut off.</summary>
    /// <param name="text">Without blanks around it.</param>
    /// <param name="instant">UTC.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        if (!TryCutOffset(ref text, out var offsetMinutes)) return false;
        if (!TryCutFraction(ref text, out var milliseconds)) return false;
        if (text.Length < ShortestTime || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':') return false;
        if (!TryDigits(text[..4], 1, 9999, out var year) || !TryDigits(text[5..7], 1, 12, out var month)) return false;
        if (!TryDigits(text[8..10], 1, DateTime.DaysInMonth(year, month), out var day)) return false;
        if (!TryDigits(text[11..13], 0, 23, out var hour) || !TryDigits(text[14..16], 0, 59, out var minute)) return false;
        var second = 0;
        if (text.Length > ShortestTime && (text.Length != ShortestTime + 3 || text[16] != ':' || !TryDigits(text[17..], 0, 59, out second))) return false;

        var ticks = new DateTime(year, month, day, hour, minute, second, milliseconds, DateTimeKind.Utc).Ticks - (offsetMinutes * TimeSpan.TicksPerMinute);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary><c>2026-11-24T01:15:00.000Z</c>.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Writes a property in that form, or null.</summary>
    internal static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is not { } value)
        {
            writer.WriteNull(name);
            return;
        }
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var length, Form, CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    private static bool TryCutOffset(ref ReadOnlySpan<char> text, out long minutes)
    {
        minutes = 0;
        if (text.EndsWith("Z"))
        {
            text = text[..^1];
            return true;
        }
        if (text.Length < 6 || text[^3] != ':' || text[^6] is not ('+' or '-')) return false;
        if (!TryDigits(text[^5..^3], 0, 23, out var hours) || !TryDigits(text[^2..], 0, 59, out var rest)) return false;
        minutes = ((hours * 60) + rest) * (text[^6] == '-' ? -1 : 1);
        text = text[..^6];
        return true;
    }

    private static bool TryCutFraction(ref ReadOnlySpan<char> text, out int milliseconds)
    {
        milliseconds = 0;
        var point = text.IndexOf('.');
        if (point < 0) return true;
        var digits = text[(point + 1)..];
        if (point != ShortestTime + 3 || digits.Length is 0 or > 12 || digits.ContainsAnyExceptInRange('0', '9')) return false;
        for (var i = 0; i < 3; i++) milliseconds = (milliseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        text = text[..point];
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, int min, int max, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }
        return value >= min && value <= max;
    }
}
