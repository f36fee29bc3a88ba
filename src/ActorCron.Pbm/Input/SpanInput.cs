using System.Buffers;
using System.Globalization;
using System.Xml;

namespace ActorCron.Pbm.Input;

/// <summary>A duration as pbm's own options take it: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>, ISO-8601, or plain seconds where allowed.</summary>
internal static class SpanInput
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static bool TryRead(string text, out TimeSpan span)
    {
        span = default;
        if (text.StartsWith('P'))
        {
            try
            {
                span = XmlConvert.ToTimeSpan(text);
                return span >= TimeSpan.Zero;
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return false;
            }
        }
        var digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        var milliseconds = text[digits..] switch { "ms" => 1d, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => double.NaN } * number;
        if (double.IsNaN(milliseconds) || milliseconds > TimeSpan.FromDays(36_500).TotalMilliseconds) return false;
        span = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>Reads a bound of a wait: more than nothing, at most 24 days (what a timer takes); a plain number is seconds.</summary>
    /// <exception cref="UsageException">It is not such a duration.</exception>
    public static TimeSpan ReadWait(string option, string text)
    {
        var isPlain = text.Length > 0 && text.AsSpan().IndexOfAnyExcept(NumberCharacters) < 0;
        if (TryRead(isPlain ? text + "s" : text, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(24)) return span;
        throw new UsageException($"{option}: '{text}' is not a duration; give 500ms, 30s, 10m or 2h");
    }
}
