using System.Buffers;
using System.Globalization;
using System.Xml;

namespace ActorCron.Core;

/// <summary>Durations as documents write them: ISO 8601 (<c>PT1H30M</c>) or a number with <c>ms s m h d</c> (<c>90s</c>).</summary>
public static class Durations
{
    /// <summary>What to write, for error messages.</summary>
    public const string Expected = "a duration such as PT10M, PT1H30M, 90s, 10m, 2h or 1d";

    private const int LongestNumber = 16; // Times a week in ticks, this still fits a decimal.

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads either form; nothing negative, nothing with years or months (they have no fixed length), no blanks.
    /// A fraction may stand with the last number only.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        return rest.Length > 0 && (rest[0] == 'P' ? TryParseIso(rest[1..], out duration) : TryParseShort(rest, out duration));
    }

    /// <summary>The ISO 8601 form, as answers write it.</summary>
    public static string Format(TimeSpan duration) => duration == TimeSpan.Zero ? "PT0S" : XmlConvert.ToString(duration);

    /// <summary>For people, to about three digits: <c>123 ms</c>, <c>12.3 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>, <c>2 d 4 h</c>.</summary>
    public static string InWords(TimeSpan duration)
    {
        var rounded = duration < TimeSpan.FromSeconds(10) ? Rounded(duration, TimeSpan.TicksPerMillisecond)
            : duration < TimeSpan.FromMinutes(1) ? Rounded(duration, TimeSpan.TicksPerSecond / 10)
            : duration < TimeSpan.FromHours(1) ? Rounded(duration, TimeSpan.TicksPerSecond)
            : duration < TimeSpan.FromDays(1) ? Rounded(duration, TimeSpan.TicksPerMinute)
            : Rounded(duration, TimeSpan.TicksPerHour);
        return rounded switch
        {
            { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{rounded.TotalMilliseconds:0} ms"),
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{rounded.TotalSeconds:0.##} s"),
            { TotalHours: < 1 } => Two(rounded.Minutes, "min", rounded.Seconds, "s"),
            { TotalDays: < 1 } => Two(rounded.Hours, "h", rounded.Minutes, "min"),
            _ => Two(rounded.Days, "d", rounded.Hours, "h"),
        };

        static TimeSpan Rounded(TimeSpan duration, long unit) => new((duration.Ticks / unit * unit) + (duration.Ticks % unit * 2 >= unit ? unit : 0));
        static string Two(int large, string largeUnit, int small, string smallUnit) =>
            string.Create(CultureInfo.InvariantCulture, $"{large} {largeUnit}{(small == 0 ? "" : $" {small} {smallUnit}")}");
    }

    private static bool TryParseShort(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (!TryCutNumber(ref text, out var number, out _)) return false;
        long? unit = text switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => null,
        };
        return unit is { } ticks && TrySum(0, number, ticks, out duration);
    }

    private static bool TryParseIso(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var (units, fractional, any) = ("WDT", false, false);
        while (text.Length > 0)
        {
            if (text[0] == 'T' && units.Contains('T') && text.Length > 1)
            {
                units = "HMS";
                text = text[1..];
            }
            if (fractional || !TryCutNumber(ref text, out var number, out fractional) || text.Length == 0) return false;
            // Units come largest first and once each: what stands before the one just read is used up.
            var unit = units.IndexOf(text[0]);
            if (unit < 0 || text[0] == 'T' || !TrySum(duration.Ticks, number, Ticks(text[0]), out duration)) return false;
            units = units[(unit + 1)..];
            text = text[1..];
            any = true;
        }
        return any;
    }

    private static long Ticks(char unit) => unit switch
    {
        'W' => 7 * TimeSpan.TicksPerDay,
        'D' => TimeSpan.TicksPerDay,
        'H' => TimeSpan.TicksPerHour,
        'M' => TimeSpan.TicksPerMinute,
        _ => TimeSpan.TicksPerSecond,
    };

    private static bool TryCutNumber(ref ReadOnlySpan<char> text, out decimal number, out bool fractional)
    {
        var length = text.IndexOfAnyExcept(NumberCharacters);
        var digits = length < 0 ? text : text[..length];
        fractional = digits.Contains('.');
        number = 0;
        if (digits.Length is 0 or > LongestNumber || digits[0] == '.' || digits[^1] == '.') return false;
        text = text[digits.Length..];
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool TrySum(long ticks, decimal number, long unit, out TimeSpan duration)
    {
        var sum = ticks + decimal.Truncate(number * unit);
        duration = sum <= long.MaxValue ? new TimeSpan((long)sum) : default;
        return sum <= long.MaxValue;
    }
}
