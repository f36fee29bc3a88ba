using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorCron.Core.Json;

/// <summary>Reads JSON text that holds halves of surrogate pairs (<c>\ud800</c> alone), which are no characters and which no string can be
/// written with: each becomes U+FFFD. For texts of which a half is better than nothing.</summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>The text.</summary>
    /// <param name="escaped">What stands between the quotation marks, valid but for such halves.</param>
    public static string Replace(ReadOnlySpan<byte> escaped)
    {
        var right = new byte[escaped.Length + 2];
        escaped.CopyTo(right.AsSpan(1));
        (right[0], right[^1]) = ((byte)'"', (byte)'"');
        for (var i = 1; i < right.Length - 1; i++)
        {
            if (right[i] != (byte)'\\') continue;
            if (CodeAt(right, i) is not { } code || !char.IsSurrogate(code)) i++;
            else if (char.IsHighSurrogate(code) && CodeAt(right, i + EscapeLength) is { } next && char.IsLowSurrogate(next)) i += (2 * EscapeLength) - 1;
            else "\\ufffd"u8.CopyTo(right.AsSpan(i));
        }
        var reader = new Utf8JsonReader(right);
        reader.Read();
        return reader.GetString()!;
    }

    // The character of an escape of the form \u0000 at this place; null for anything else.
    private static char? CodeAt(byte[] text, int at) =>
        at + EscapeLength <= text.Length - 1 && text[at] == (byte)'\\' && text[at + 1] == (byte)'u'
        && ushort.TryParse(Encoding.ASCII.GetString(text, at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;
}
