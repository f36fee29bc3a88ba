using System.Buffers;
using System.Globalization;
using System.Xml;

namespace ActorCron.Pbm.Input;

/// <summary>A duration as pbm's own options take it: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>, ISO-8601, or plain seconds where allowed.</summary>
internal static class SpanInput
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> IsoCharacters = SearchValues.Create("0123456789.WDTHMS");

    // A century: any instant of ours can be moved by it.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static bool TryRead(string text, out TimeSpan span)
    {
        span = default;
        if (text.StartsWith('P'))
        {
            try
            {
                span = XmlConvert.ToTimeSpan(text);
                return span >= TimeSpan.Zero && span <= Longest;
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return false;
            }
        }
        var digits = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        var milliseconds = text[digits..] switch { "ms" => 1d, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => double.NaN } * number;
        if (double.IsNaN(milliseconds) || milliseconds > Longest.TotalMilliseconds) return false;
        span = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>Whether a text can be a duration of a document, as far as that shows without knowing the field's bounds: the node looks closer.</summary>
    public static bool LooksRight(string text) => text.Length > 1 && text[0] == 'P' ? text.AsSpan(1).IndexOfAnyExcept(IsoCharacters) < 0 : TryRead(text, out _);

    /// <summary>Reads a bound of a wait: more than nothing, at most 24 days (what a timer takes); a plain number is seconds.</summary>
    /// <exception cref="UsageException">It is not such a duration.</exception>
    public static TimeSpan ReadWait(string option, string text)
    {
        var isPlain = text.Length > 0 && text.AsSpan().IndexOfAnyExcept(NumberCharacters) < 0;
        if (TryRead(isPlain ? text + "s" : text, out var span) && span > TimeSpan.Zero && span <= TimeSpan.FromDays(24)) return span;
        throw new UsageException($"{option}: '{text}' is not a duration; give 500ms, 30s, 10m or 2h");
    }
}
